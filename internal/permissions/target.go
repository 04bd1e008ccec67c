// Package permissions decides what the roles that preview and deploy an environment may do, and which workflows of GitHub Actions get them.
package permissions

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
)

// DefaultOwnerTag is the tag that the platform puts on all that it makes, with the name of the cluster as its value.
const DefaultOwnerTag = naming.ClusterTag

// Target is the environment that the roles look after: the names and ids that their permissions are limited to.
type Target struct {
	// Region and AccountId are where the environment is. Required.
	Region, AccountId string
	// NamePrefix is the name of the Pulumi project. Names of roles, policies and budgets that were made before names carried the
	// environment begin with it, before a hyphen: those are the environment's where they have its tag. Required.
	NamePrefix string
	// ClusterName is the name of the EKS cluster, and the value of OwnerTag. Names of the environment's roles, policies, buckets and budgets
	// begin with it as naming.Environment says. Required.
	ClusterName string
	// OwnerTag is the key of the tag by which the program's network, keys, certificates and repositories are known. Default
	// DefaultOwnerTag.
	OwnerTag string
	// HostedZoneIds are the Route 53 hosted zones that the program writes records to, and Domains those whose subdomains the records
	// are of. Default none; zones without domains are not limited by the records' names.
	HostedZoneIds, Domains []string
	// VpcId and SubnetIds name a network that others made, where the environment is in one. Default none.
	VpcId     string
	SubnetIds []string
	// OwnVpcId is the VPC that the program makes, whose default security group the deploy role may take over. Default none: it takes over
	// none.
	OwnVpcId string
	// Stack is the name of the Pulumi stack, whose state the roles read and write, and no other's. Required with StateBucketArn.
	Stack string
	// StateBucketArn is the bucket that keeps Pulumi's state. Default none: the state is elsewhere.
	StateBucketArn string
	// StateKeyArn is the KMS key that encrypts the state bucket or, as secrets provider, the secrets in the state. Default none.
	StateKeyArn string
	// PermissionsBoundaryArn is the IAM policy that every role of the program must have as its permissions boundary. Default
	// none: whoever deploys can make roles that may do anything in the account.
	PermissionsBoundaryArn string

	// roleArns and bucketArns are those of the environment whose names lack it, as they were made before.
	roleArns, bucketArns []string
	// foreignProvider says that GitHub's identity provider is not the program's.
	foreignProvider bool
}

// arn is an ARN in the target's account and region.
func (t Target) arn(service, resource string) string {
	return t.global(service, t.Region, t.AccountId, resource)
}

// global is an ARN of a service whose ARNs lack the region, the account, or both.
func (t Target) global(service, region, account, resource string) string {
	return aws.Arn(t.Region, service, region, account, resource)
}

// ec2 are ARNs of all resources of some kinds.
func (t Target) ec2(kinds ...string) iamdoc.Values {
	var all iamdoc.Values
	for _, kind := range kinds {
		all = append(all, t.arn("ec2", kind+"/*"))
	}
	return all
}

// names is how the names of the environment's roles, policies, buckets and budgets begin.
func (t Target) names() string { return naming.Environment(t.ClusterName) + "-" }

// role is the ARN of the environment's roles, policy that of its policies.
func (t Target) role() string   { return t.global("iam", "", t.AccountId, "role/"+t.names()+"*") }
func (t Target) policy() string { return t.global("iam", "", t.AccountId, "policy/"+t.names()+"*") }

// bucket is the ARN of the environment's buckets.
func (t Target) bucket() string { return t.global("s3", "", "", t.names()+"*") }

// WithProvider is a copy that knows GitHub's identity provider, by its ARN; with "" it is the program's own.
func (t Target) WithProvider(arn string) Target {
	t.foreignProvider = arn != ""
	return t
}

// With is a copy that knows roles and buckets of the environment by their ARNs, as far as their names do not show it.
func (t Target) With(roleArns, bucketArns []string, ownVpcId string) Target {
	t.OwnVpcId = ownVpcId
	t.roleArns = others(roleArns, t.role())
	t.bucketArns = others(bucketArns, t.bucket())
	return t
}

// others are the ARNs that do not begin as a pattern that ends in a star, sorted.
func others(arns []string, pattern string) []string {
	all := slices.DeleteFunc(slices.Clone(arns), func(arn string) bool { return strings.HasPrefix(arn, strings.TrimSuffix(pattern, "*")) })
	slices.Sort(all)
	return slices.Compact(all)
}

func (t Target) ownerTag() string {
	if t.OwnerTag == "" {
		return DefaultOwnerTag
	}
	return t.OwnerTag
}

// owned holds for resources that have the owner's tag, tagging for requests that set it on what they make.
func (t Target) owned() map[string]iamdoc.Values {
	return map[string]iamdoc.Values{"aws:ResourceTag/" + t.ownerTag(): {t.ClusterName}}
}

func (t Target) tagging() map[string]iamdoc.Values {
	return map[string]iamdoc.Values{"aws:RequestTag/" + t.ownerTag(): {t.ClusterName}}
}

func equal(conditions map[string]iamdoc.Values) iamdoc.Conditions {
	return iamdoc.Conditions{"StringEquals": conditions}
}

func ownedOnly(t Target) iamdoc.Conditions { return equal(t.owned()) }

// unclaimed holds for requests that set the owner's tag on what nobody owns: on what the same call makes, and on nothing of others.
func unclaimed(t Target) iamdoc.Conditions {
	conditions := equal(t.tagging())
	conditions["Null"] = map[string]iamdoc.Values{"aws:ResourceTag/" + t.ownerTag(): {"true"}}
	return conditions
}

func taggedOnly(t Target) iamdoc.Conditions { return equal(t.tagging()) }
