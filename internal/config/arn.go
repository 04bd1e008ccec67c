package config

import (
	"fmt"
	"regexp"
)

// Forms of the ARNs that the configuration takes
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html): partition, region, account and resource.
var (
	certificateArn = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):acm:([a-z0-9-]+):(\d{12}):certificate/[A-Za-z0-9-]+$`)
)

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
