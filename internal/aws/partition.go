// Package aws holds facts about AWS: its partitions and regions, service principals, and the forms of ARNs, ids and names.
package aws

import (
	"cmp"
	"slices"
	"strings"
)

// Commercial is the partition of most regions, the only one that bills in US dollars through AWS Budgets.
const Commercial = "aws"

// partition is a part of AWS with accounts, regions and DNS names of its own.
type partition struct {
	name string
	// regions is how the names of its regions begin; "" for the commercial partition.
	regions string
	// suffix ends the host names of its services.
	suffix string
	// global is the region whose calls tell of what is of no region, such as roles.
	global string
	// ec2 ends the service principal of EC2 where that is not usualSuffix.
	ec2 string
}

// usualSuffix ends service principals in every partition, but for that of EC2
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
const usualSuffix = "amazonaws.com"

// partitions lists all partitions, the commercial one last. Sources: partitions.json of the AWS SDKs
// (https://github.com/aws/aws-sdk-go-v2/blob/main/internal/endpoints/awsrulesfn/partitions.json); for EC2's service principal, eksctl
// (https://github.com/eksctl-io/eksctl/blob/main/pkg/apis/eksctl.io/v1alpha5/partitions.go). EKS refuses the role of nodes in China without
// ec2.amazonaws.com.cn (https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3389).
var partitions = []partition{
	{name: "aws-cn", regions: "cn-", suffix: "amazonaws.com.cn", global: "cn-north-1", ec2: "amazonaws.com.cn"},
	{name: "aws-us-gov", regions: "us-gov-", suffix: "amazonaws.com", global: "us-gov-west-1"},
	{name: "aws-iso", regions: "us-iso-", suffix: "c2s.ic.gov", global: "us-iso-east-1", ec2: "c2s.ic.gov"},
	{name: "aws-iso-b", regions: "us-isob-", suffix: "sc2s.sgov.gov", global: "us-isob-east-1", ec2: "sc2s.sgov.gov"},
	{name: "aws-iso-e", regions: "eu-isoe-", suffix: "cloud.adc-e.uk", global: "eu-isoe-west-1"},
	{name: "aws-iso-f", regions: "us-isof-", suffix: "csp.hci.ic.gov", global: "us-isof-south-1"},
	{name: "aws-eusc", regions: "eusc-", suffix: "amazonaws.eu", global: "eusc-de-east-1"},
	{name: Commercial, suffix: "amazonaws.com", global: "us-east-1"},
}

// Partition is the partition of a region (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func Partition(region string) string {
	return partitions[slices.IndexFunc(partitions, func(p partition) bool { return strings.HasPrefix(region, p.regions) })].name
}

// GlobalRegion is the region of a region's partition where resources of no region are found
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html).
func GlobalRegion(region string) string { return named(Partition(region)).global }

// DNSSuffix ends the host names of AWS services in a region, such as amazonaws.com.
func DNSSuffix(region string) string { return named(Partition(region)).suffix }

// ReverseDNS is DNSSuffix with its labels the other way round, such as com.amazonaws.
func ReverseDNS(region string) string {
	labels := strings.Split(DNSSuffix(region), ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".")
}

// ServicePrincipal is what a service is called in policies of a partition, such as ec2.amazonaws.com. The service is the first part of
// that: ec2, eks or pods.eks.
func ServicePrincipal(partition, service string) string {
	suffix := usualSuffix
	if service == "ec2" {
		suffix = cmp.Or(named(partition).ec2, usualSuffix)
	}
	return service + "." + suffix
}

// named is the partition of a name, or the commercial one.
func named(name string) partition {
	for _, p := range partitions {
		if p.name == name {
			return p
		}
	}
	return partitions[len(partitions)-1]
}
