package iamdoc

import "strings"

// Partition is the AWS partition of a region: aws, aws-cn, aws-us-gov, or one of the isolated partitions
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func Partition(region string) string {
	for _, p := range []struct{ prefix, partition string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"us-iso-", "aws-iso"}, {"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"}, {"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// ManagedPolicyArn is the ARN of a policy that AWS manages, by its name
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/).
func ManagedPolicyArn(partition, name string) string {
	return "arn:" + partition + ":iam::aws:policy/" + name
}
