package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/aws"
)

// Parts of ARNs in messages.
const (
	someAccount    = "<account id of 12 digits>"
	exampleAccount = "111122223333"
)

// checkArn says what is wrong with an ARN that must have a form and be of the region's partition, and what to write in its place where that
// can be told.
func checkArn(form aws.Form, text, region, not string) (problem, instead string) {
	parsed, ok := form.Parse(text)
	switch own := aws.Partition(region); {
	case !ok:
		return not, ""
	case parsed.Partition != own:
		problem = fmt.Sprintf("of partition %s, but region %s belongs to partition %s", parsed.Partition, region, own)
		parsed.Partition = own
		return problem, parsed.String()
	}
	return "", ""
}

// checkRegion says what is wrong with the region of what a load balancer uses.
func checkRegion(form aws.Form, text, region, what string) string {
	if parsed, _ := form.Parse(text); parsed.Region != region {
		return fmt.Sprintf("%s of %s, but a load balancer takes those of its own region, %s", what, parsed.Region, region)
	}
	return ""
}

// checkCertificateArn says what is wrong with the ARN of a certificate for a load balancer of the region.
func checkCertificateArn(text, region string) string {
	if aws.ServerCertificateArn.MatchString(text) {
		problem, _ := checkArn(aws.ServerCertificateArn, text, region, "")
		return problem
	}
	if problem, _ := checkArn(aws.CertificateArn, text, region, "not the ARN of an ACM certificate"); problem != "" {
		return problem
	}
	return checkRegion(aws.CertificateArn, text, region, "a certificate")
}
