package config

import (
	"fmt"
	"regexp"
)

// Forms of the ARNs that the configuration takes
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html): partition, region, account and resource.
var (
	roleArn        = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role/([\w+=,.@/-]+)$`)
	certificateArn = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):acm:([a-z0-9-]+):(\d{12}):certificate/[A-Za-z0-9-]+$`)
	assumedRoleArn = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):sts::(\d{12}):assumed-role/([\w+=,.@-]+)/.+$`)
)

// checkRoleArn says what is wrong with the ARN of an IAM role, and what to write in its place where that can be told.
func checkRoleArn(arn, region string) (problem, instead string) {
	if session := assumedRoleArn.FindStringSubmatch(arn); session != nil {
		return "the ARN of a session, not of a role", fmt.Sprintf("arn:%s:iam::%s:role/%s", session[1], session[2], session[3])
	}
	role := roleArn.FindStringSubmatch(arn)
	switch {
	case role == nil:
		return "not the ARN of an IAM role", ""
	case role[1] != partition(region):
		return otherPartition(role[1], region), fmt.Sprintf("arn:%s:iam::%s:role/%s", partition(region), role[2], role[3])
	}
	return "", ""
}

// checkCertificateArn says what is wrong with the ARN of an ACM certificate for a load balancer of the region.
func checkCertificateArn(arn, region string) string {
	certificate := certificateArn.FindStringSubmatch(arn)
	switch {
	case certificate == nil:
		return "not the ARN of an ACM certificate"
	case certificate[1] != partition(region):
		return otherPartition(certificate[1], region)
	case certificate[2] != region:
		return fmt.Sprintf("a certificate of %s, but a load balancer takes those of its own region, %s", certificate[2], region)
	}
	return ""
}

func otherPartition(given, region string) string {
	return fmt.Sprintf("of partition %s, but region %s belongs to partition %s", given, region, partition(region))
}
