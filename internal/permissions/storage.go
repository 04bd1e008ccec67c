package permissions

import (
	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

func keys(t Target) iamdoc.Values           { return iamdoc.Values{t.arn("kms", "key/*")} }
func repositoryArns(t Target) iamdoc.Values { return iamdoc.Values{t.arn("ecr", "repository/*")} }
func workspaces(t Target) iamdoc.Values     { return iamdoc.Values{t.arn("aps", "workspace/*")} }
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

// stateObjects are what Pulumi keeps of the stack in its bucket: the state with its backup, tags, locks, history and backups. Other stacks
// have theirs beside it (https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/backend/diy/store.go, stack_tags.go, lock.go).
func stateObjects(t Target) iamdoc.Values {
	of := t.NamePrefix + "/" + t.Stack
	var all iamdoc.Values
	for _, object := range []string{"stacks/" + of + ".json*", "stacks/" + of + ".pulumi-tags", "locks/organization/" + of + "/*", "history/" +
		of + "/*", "backups/" + of + "/*"} {
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
var storageScopes = []scope{
	{name: kinds.ReadKeys, policy: readPlatform, resources: keys, conditions: ownedOnly},
	{name: kinds.MakeKeys, policy: registry, conditions: taggedOnly,
		reason: "a key has no ARN before it is made; the condition requires the owner's tag"},
	{name: kinds.TagKeys, policy: registry, resources: keys, conditions: unclaimed},
	{name: kinds.ChangeKeys, policy: registry, resources: keys, conditions: ownedOnly},
	{name: kinds.ListKeys, policy: readPlatform, reason: "KMS lists the aliases of a whole region"},
	// An alias has no tags; the key that it stands for is checked by changeKeys.
	{name: kinds.ChangeAliases, policy: registry, resources: func(t Target) iamdoc.Values {
		return iamdoc.Values{t.arn("kms", "alias/eks/"+t.ClusterName), t.arn("kms", "alias/"+t.names()+"*")}
	}},
	{name: kinds.ListLogGroups, policy: readPlatform, reason: "CloudWatch Logs lists the log groups of a whole region"},
	{name: kinds.ReadLogGroups, policy: readPlatform, resources: logGroups},
	{name: kinds.ChangeLogGroups, policy: storage, resources: logGroups},
	{name: kinds.ReadBuckets, policy: readPlatform, resources: ownBuckets},
	{name: kinds.ChangeBuckets, policy: storage, resources: ownBuckets},
	{name: kinds.EmptyBuckets, policy: storage, resources: ownObjects},
	{name: kinds.ReadImages, policy: readPlatform, resources: repositoryArns, conditions: ownedOnly},
	{name: kinds.MakeImages, policy: registry, resources: repositoryArns, conditions: unclaimed},
	{name: kinds.ChangeImages, policy: registry, resources: repositoryArns, conditions: ownedOnly},
	{name: kinds.ReadMetrics, policy: readPlatform, resources: workspaces, conditions: ownedOnly},
	{name: kinds.MakeMetrics, policy: registry, conditions: taggedOnly,
		reason: "a workspace has no ARN before it is made; the condition requires the owner's tag"},
	{name: kinds.TagMetrics, policy: registry, resources: workspaces, conditions: unclaimed},
	{name: kinds.ChangeMetrics, policy: registry, resources: workspaces, conditions: ownedOnly},
	{name: kinds.LogIn, policy: registry, reason: "ECR gives one login for all repositories of an account"},
	{name: kinds.ListState, policy: readStates, resources: stateBucket},
	{name: kinds.ReadState, policy: readStates, resources: readableState},
	{name: kinds.DecryptState, policy: readStates, resources: stateKey},
	{name: kinds.WriteState, policy: storage, resources: stateObjects},
	{name: kinds.EncryptState, policy: storage, resources: stateKey},
	// keepState holds where the state bucket's name begins like the environment's own buckets.
	{name: kinds.KeepState, policy: storage, deny: true, resources: func(t Target) iamdoc.Values {
		return append(ifAny(t.StateBucketArn, ""), ifAny(t.StateBucketArn, "/*")...)
	}},
}
