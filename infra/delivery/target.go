package delivery

import (
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
)

// DefaultOwnerTag is the tag that the platform puts on all that it makes, with the name of the cluster as its value.
const DefaultOwnerTag = "modelway:cluster"

// Target is the environment that the roles look after: the names and ids that their permissions are limited to.
type Target struct {
	// Region and AccountId are where the environment is. Required.
	Region, AccountId string
	// NamePrefix is what the names of roles, policies, buckets and budgets of the program begin with, before a hyphen: the name
	// of the Pulumi project. Required.
	NamePrefix string
	// ClusterName is the name of the EKS cluster, and the value of OwnerTag. Required.
	ClusterName string
	// OwnerTag is the key of the tag by which the program's network, keys, certificates and repositories are known. Default
	// DefaultOwnerTag.
	OwnerTag string
	// HostedZoneIds are the Route 53 hosted zones that the program writes records to. Default none.
	HostedZoneIds []string
	// Stack is the name of the Pulumi stack, whose state the roles read and write, and no other's. Required with StateBucketArn.
	Stack string
	// StateBucketArn is the bucket that keeps Pulumi's state. Default none: the state is elsewhere.
	StateBucketArn string
	// StateKeyArn is the KMS key that encrypts the state bucket or, as secrets provider, the secrets in the state. Default none.
	StateKeyArn string
	// PermissionsBoundaryArn is the IAM policy that every role of the program must have as its permissions boundary. Default
	// none: whoever deploys can make roles that may do anything in the account.
	PermissionsBoundaryArn string

	// foreignProvider says that GitHub's identity provider is not the program's.
	foreignProvider bool
}

// arn is an ARN in the target's account and region.
func (t Target) arn(service, resource string) string {
	return t.global(service, t.Region, t.AccountId, resource)
}

// global is an ARN of a service whose ARNs lack the region, the account, or both.
func (t Target) global(service, region, account, resource string) string {
	return strings.Join([]string{"arn", iamdoc.Partition(t.Region), service, region, account, resource}, ":")
}

// ec2 are ARNs of all resources of some kinds.
func (t Target) ec2(kinds ...string) iamdoc.Values {
	var all iamdoc.Values
	for _, kind := range kinds {
		all = append(all, t.arn("ec2", kind+"/*"))
	}
	return all
}

// role is the ARN of the program's roles, policy that of its policies.
func (t Target) role() string   { return t.global("iam", "", t.AccountId, "role/"+t.NamePrefix+"-*") }
func (t Target) policy() string { return t.global("iam", "", t.AccountId, "policy/"+t.NamePrefix+"-*") }

// bucket is the ARN of the program's buckets.
func (t Target) bucket() string { return t.global("s3", "", "", t.NamePrefix+"-*") }

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

func ownedOnly(t Target) iamdoc.Conditions  { return equal(t.owned()) }
func taggedOnly(t Target) iamdoc.Conditions { return equal(t.tagging()) }
