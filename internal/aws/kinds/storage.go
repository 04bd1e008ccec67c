package kinds

var storageKinds = []Kind{
	{Type: "aws:kms/key:Key", ID: "{uuid}", Arn: "arn:{partition}:kms:{region}:{account}:key/{id}", Tags: true,
		Computed: map[string]string{"keyId": "{id}"},
		Needs: []Grant{on(ReadKeys, "kms", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"),
			on(MakeKeys, "kms", "CreateKey"),
			on(TagKeys, "kms", "TagResource"),
			// EKS takes a grant on the key of a cluster's secrets with the rights of whoever makes the cluster
			// (https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html).
			on(ChangeKeys, "kms", "CreateGrant", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "PutKeyPolicy",
				"ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription")}},
	{Type: "aws:kms/alias:Alias", ID: "{name}", Arn: "arn:{partition}:kms:{region}:{account}:{name}", Name: "name", NamePrefix: "alias/",
		Computed: map[string]string{"targetKeyArn": "arn:{partition}:kms:{region}:{account}:key/{targetKeyId}"},
		Needs: []Grant{on(ListKeys, "kms", "ListAliases"),
			on(ChangeKeys, "kms", "CreateAlias", "DeleteAlias", "UpdateAlias"),
			on(ChangeAliases, "kms", "CreateAlias", "DeleteAlias", "UpdateAlias")}},
	{Type: "aws:cloudwatch/logGroup:LogGroup", ID: "{name}",
		Arn: "arn:{partition}:logs:{region}:{account}:log-group:{name}", Name: "name", Tags: true,
		Needs: []Grant{on(ListLogGroups, "logs", "DescribeLogGroups"),
			on(ReadLogGroups, "logs", "ListTagsForResource"),
			on(ChangeLogGroups, "logs", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy", "TagResource", "UntagResource")}},
	{Type: "aws:s3/bucketV2:BucketV2", ID: "{bucket}", Arn: "arn:{partition}:s3:::{bucket}", Name: "bucket", Tags: true,
		Computed: map[string]string{"bucketDomainName": "{bucket}.s3.{suffix}", "bucketRegionalDomainName": "{bucket}.s3.{region}.{suffix}", "region": "{region}"},
		Needs: []Grant{on(ReadBuckets, "s3", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation", "GetBucketLogging",
			"GetBucketObjectLockConfiguration", "GetBucketPolicy", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning",
			"GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket"),
			on(ChangeBuckets, "s3", "CreateBucket", "DeleteBucket", "ListBucketVersions", "PutBucketTagging"),
			on(EmptyBuckets, "s3", "DeleteObject", "DeleteObjectVersion")}},
	{Type: "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetLifecycleConfiguration"), on(ChangeBuckets, "s3", "PutLifecycleConfiguration")}},
	{Type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetBucketOwnershipControls"), on(ChangeBuckets, "s3", "PutBucketOwnershipControls")}},
	{Type: "aws:s3/bucketPolicy:BucketPolicy", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetBucketPolicy"), on(ChangeBuckets, "s3", "DeleteBucketPolicy", "PutBucketPolicy")}},
	{Type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetBucketPublicAccessBlock"), on(ChangeBuckets, "s3", "PutBucketPublicAccessBlock")}},
	{Type: "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetEncryptionConfiguration"), on(ChangeBuckets, "s3", "PutEncryptionConfiguration")}},
	{Type: "aws:s3/bucketVersioningV2:BucketVersioningV2", ID: "{bucket}",
		Needs: []Grant{on(ReadBuckets, "s3", "GetBucketVersioning"), on(ChangeBuckets, "s3", "PutBucketVersioning")}},
	{Type: "aws:ecr/repository:Repository", ID: "{name}",
		Arn: "arn:{partition}:ecr:{region}:{account}:repository/{name}", Name: "name", Tags: true,
		Computed: map[string]string{"registryId": "{account}", "repositoryUrl": "{account}.dkr.ecr.{region}.{suffix}/{name}"},
		Needs: []Grant{on(ReadImages, "ecr", "DescribeRepositories", "ListTagsForResource"),
			on(MakeImages, "ecr", "CreateRepository", "TagResource"),
			on(ChangeImages, "ecr", "DeleteRepository", "PutImageScanningConfiguration", "PutImageTagMutability", "TagResource", "UntagResource")}},
	{Type: "aws:ecr/lifecyclePolicy:LifecyclePolicy", ID: "{repository}",
		Computed: map[string]string{"registryId": "{account}"},
		Needs:    []Grant{on(ReadImages, "ecr", "GetLifecyclePolicy"), on(ChangeImages, "ecr", "DeleteLifecyclePolicy", "PutLifecyclePolicy")}},
	{Type: "aws:ecr/repositoryPolicy:RepositoryPolicy", ID: "{repository}",
		Computed: map[string]string{"registryId": "{account}"}},
}

// storageTasks need rights that belong to no kind.
var storageTasks = []Task{
	// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
	{"the push of images", []Grant{on(LogIn, "ecr", "GetAuthorizationToken"),
		on(ChangeImages, "ecr", "BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer",
			"InitiateLayerUpload", "PutImage", "UploadLayerPart")}},
	// A preview takes no lock and writes nothing
	// (https://github.com/pulumi/pulumi/blob/v3.245.0/pkg/backend/diy/backend.go).
	{"Pulumi's state", []Grant{on(ListState, "s3", "ListBucket"), on(ReadState, "s3", "GetObject"), on(DecryptState, "kms", "Decrypt"),
		on(WriteState, "s3", "DeleteObject", "PutObject"), on(EncryptState, "kms", "Encrypt", "GenerateDataKey"),
		on(KeepState, "s3", "DeleteBucket", "DeleteBucketPolicy", "DeleteObjectVersion", "PutBucketOwnershipControls", "PutBucketPolicy",
			"PutBucketPublicAccessBlock", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration")}},
}
