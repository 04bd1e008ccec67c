package delivery

import "github.com/modelway/modelway/internal/iamdoc"

func keys(t Target) iamdoc.Values           { return iamdoc.Values{t.arn("kms", "key/*")} }
func repositoryArns(t Target) iamdoc.Values { return iamdoc.Values{t.arn("ecr", "repository/*")} }
func ownBuckets(t Target) iamdoc.Values     { return append(iamdoc.Values{t.bucket()}, t.bucketArns...) }

// logGroups are those of the control plane, of Fargate pods and of the VPC's flow logs.
func logGroups(t Target) iamdoc.Values {
	flowLogs := t.arn("logs", "log-group:/aws/vpc-flow-log/"+t.ClusterName)
	return iamdoc.Values{t.arn("logs", "log-group:/aws/eks/"+t.ClusterName+"/*"), flowLogs, flowLogs + ":*"}
}

func ownObjects(t Target) iamdoc.Values {
	var all iamdoc.Values
	for _, bucket := range ownBuckets(t) {
		all = append(all, bucket+"/*")
	}
	return all
}

// stateObjects are what Pulumi keeps of the stack in its bucket: the state with its backup, tags, locks, history and backups. Other stacks have
// theirs beside it (https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/backend/diy/store.go, stack_tags.go, lock.go).
func stateObjects(t Target) iamdoc.Values {
	of := t.NamePrefix + "/" + t.Stack
	var all iamdoc.Values
	for _, object := range []string{"stacks/" + of + ".json*", "stacks/" + of + ".pulumi-tags", "locks/organization/" + of + "/*", "history/" + of + "/*", "backups/" + of + "/*"} {
		all = append(all, ifAny(t.StateBucketArn, "/.pulumi/"+object)...)
	}
	return all
}

// readableState is what is read of the state: the stack's objects, and the file that tells the version of the bucket's layout.
func readableState(t Target) iamdoc.Values {
	return append(stateObjects(t), ifAny(t.StateBucketArn, "/.pulumi/meta.yaml")...)
}

func stateBucket(t Target) iamdoc.Values { return ifAny(t.StateBucketArn, "") }
func stateKey(t Target) iamdoc.Values    { return ifAny(t.StateKeyArn, "") }

// ifAny is an ARN with a suffix, or none.
func ifAny(arn, suffix string) iamdoc.Values {
	if arn == "" {
		return nil
	}
	return iamdoc.Values{arn + suffix}
}

// Scopes of keys, logs, buckets, images and Pulumi's state.
var (
	listKeys      = &scope{policy: readPlatform, sid: "ListKeys", reason: "KMS lists the aliases of a whole region"}
	readKeys      = &scope{policy: readPlatform, sid: "ReadKeys", resources: keys, conditions: ownedOnly}
	listLogGroups = &scope{policy: readPlatform, sid: "ListLogGroups", reason: "CloudWatch Logs lists the log groups of a whole region"}
	readLogGroups = &scope{policy: readPlatform, sid: "ReadLogGroups", resources: logGroups}
	readBuckets   = &scope{policy: readPlatform, sid: "ReadBucketSettings", resources: ownBuckets}
	readImages    = &scope{policy: readPlatform, sid: "ReadRepositories", resources: repositoryArns, conditions: ownedOnly}
	listState     = &scope{policy: readStates, sid: "ListState", resources: stateBucket}
	readState     = &scope{policy: readStates, sid: "ReadState", resources: readableState}
	decryptState  = &scope{policy: readStates, sid: "DecryptState", resources: stateKey}

	makeKeys = &scope{policy: registry, sid: "MakeTaggedKeys", conditions: taggedOnly,
		reason: "a key has no ARN before it is made; the condition wants the owner's tag"}
	tagKeys    = &scope{policy: registry, sid: "TagKeys", resources: keys, conditions: unclaimed}
	changeKeys = &scope{policy: registry, sid: "ChangeOwnKeys", resources: keys, conditions: ownedOnly}
	// An alias has no tags; the key that it stands for is checked by changeKeys.
	changeAliases = &scope{policy: registry, sid: "ChangeAliases", resources: func(t Target) iamdoc.Values {
		return iamdoc.Values{t.arn("kms", "alias/eks/"+t.ClusterName), t.arn("kms", "alias/"+t.names()+"*")}
	}}
	changeLogGroups = &scope{policy: storage, sid: "ChangeLogGroups", resources: logGroups}
	changeBuckets   = &scope{policy: storage, sid: "ChangeBuckets", resources: ownBuckets}
	emptyBuckets    = &scope{policy: storage, sid: "EmptyBuckets", resources: ownObjects}
	makeImages      = &scope{policy: registry, sid: "MakeTaggedRepositories", resources: repositoryArns, conditions: unclaimed}
	changeImages    = &scope{policy: registry, sid: "ChangeOwnRepositories", resources: repositoryArns, conditions: ownedOnly}
	logIn           = &scope{policy: registry, sid: "LogInToRegistry", reason: "ECR gives one login for all repositories of an account"}
	writeState      = &scope{policy: storage, sid: "WriteState", resources: stateObjects}
	encryptState    = &scope{policy: storage, sid: "EncryptState", resources: stateKey}
	// keepState holds where the state bucket's name begins like the environment's own buckets.
	keepState = &scope{policy: storage, sid: "KeepStateBucket", deny: true, resources: func(t Target) iamdoc.Values {
		return append(ifAny(t.StateBucketArn, ""), ifAny(t.StateBucketArn, "/*")...)
	}}
)

var storageNeeds = []need{
	needs("aws:kms/key:Key",
		on(readKeys, "kms", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"),
		on(makeKeys, "kms", "CreateKey"),
		on(tagKeys, "kms", "TagResource"),
		// EKS takes a grant on the key of a cluster's secrets with the rights of whoever makes the cluster
		// (https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html).
		on(changeKeys, "kms", "CreateGrant", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy",
			"ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription")),
	needs("aws:kms/alias:Alias",
		on(listKeys, "kms", "ListAliases"),
		on(changeKeys, "kms", "CreateAlias", "DeleteAlias", "UpdateAlias"),
		on(changeAliases, "kms", "CreateAlias", "DeleteAlias", "UpdateAlias")),
	needs("aws:cloudwatch/logGroup:LogGroup",
		on(listLogGroups, "logs", "DescribeLogGroups"),
		on(readLogGroups, "logs", "ListTagsForResource"),
		on(changeLogGroups, "logs", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy", "TagResource", "UntagResource")),
	needs("aws:s3/bucketV2:BucketV2",
		on(readBuckets, "s3", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation", "GetBucketLogging",
			"GetBucketObjectLockConfiguration", "GetBucketPolicy", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning",
			"GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket"),
		on(changeBuckets, "s3", "CreateBucket", "DeleteBucket", "ListBucketVersions", "PutBucketTagging"),
		on(emptyBuckets, "s3", "DeleteObject", "DeleteObjectVersion")),
	needs("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
		on(readBuckets, "s3", "GetLifecycleConfiguration"), on(changeBuckets, "s3", "PutLifecycleConfiguration")),
	needs("aws:s3/bucketOwnershipControls:BucketOwnershipControls",
		on(readBuckets, "s3", "GetBucketOwnershipControls"), on(changeBuckets, "s3", "PutBucketOwnershipControls")),
	needs("aws:s3/bucketPolicy:BucketPolicy",
		on(readBuckets, "s3", "GetBucketPolicy"), on(changeBuckets, "s3", "DeleteBucketPolicy", "PutBucketPolicy")),
	needs("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
		on(readBuckets, "s3", "GetBucketPublicAccessBlock"), on(changeBuckets, "s3", "PutBucketPublicAccessBlock")),
	needs("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
		on(readBuckets, "s3", "GetEncryptionConfiguration"), on(changeBuckets, "s3", "PutEncryptionConfiguration")),
	needs("aws:s3/bucketVersioningV2:BucketVersioningV2",
		on(readBuckets, "s3", "GetBucketVersioning"), on(changeBuckets, "s3", "PutBucketVersioning")),
	needs("aws:ecr/repository:Repository",
		on(readImages, "ecr", "DescribeRepositories", "ListTagsForResource"),
		on(makeImages, "ecr", "CreateRepository", "TagResource"),
		on(changeImages, "ecr", "DeleteRepository", "PutImageScanningConfiguration", "PutImageTagMutability", "TagResource", "UntagResource")),
	needs("aws:ecr/lifecyclePolicy:LifecyclePolicy",
		on(readImages, "ecr", "GetLifecyclePolicy"), on(changeImages, "ecr", "DeleteLifecyclePolicy", "PutLifecyclePolicy")),
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
	needs("the push of images",
		on(logIn, "ecr", "GetAuthorizationToken"),
		on(changeImages, "ecr", "BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer",
			"InitiateLayerUpload", "PutImage", "UploadLayerPart")),
	// A preview takes no lock and writes nothing
	// (https://github.com/pulumi/pulumi/blob/v3.245.0/pkg/backend/diy/backend.go).
	needs("Pulumi's state",
		on(listState, "s3", "ListBucket"), on(readState, "s3", "GetObject"), on(decryptState, "kms", "Decrypt"),
		on(writeState, "s3", "DeleteObject", "PutObject"), on(encryptState, "kms", "Encrypt", "GenerateDataKey"),
		on(keepState, "s3", "DeleteBucket", "DeleteBucketPolicy", "DeleteObjectVersion", "PutBucketOwnershipControls", "PutBucketPolicy",
			"PutBucketPublicAccessBlock", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration")),
}
