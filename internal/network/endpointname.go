package network

import (
	"slices"

	"github.com/modelway/modelway/internal/aws"
)

// usualPrefix begins the names of endpoint services, except those in prefixes.
const usualPrefix = "com.amazonaws"

// prefixes are the other starts of names, by partition. Which services have one is AWS's list
// (aws ec2 describe-vpc-endpoint-services), as the CDK keeps it
// (https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts); eks-auth is added next to
// eks. Services that only one of the two regions in China has are left out.
var prefixes = map[string]struct {
	prefix   string
	services []string
}{
	"aws-cn": {"cn.com.amazonaws", []string{
		"application-autoscaling", "appmesh-envoy-management", "athena", "autoscaling", "awsconnector", "backup", "batch", "cassandra",
		"cloudcontrolapi", "cloudformation", "codedeploy-commands-secure", "databrew", "dms", "ebs", "ec2", "ecr.api", "ecr.dkr", "eks",
		"eks-auth", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticfilesystem-fips", "emr-containers", "execute-api", "fsx",
		"imagebuilder", "iot.data", "kinesis-streams", "lambda", "license-manager", "monitoring", "rds", "redshift", "redshift-data",
		"sagemaker.api", "sagemaker.featurestore-runtime", "sagemaker.runtime", "securityhub", "servicecatalog", "sms", "sqs", "states",
		"sts", "sync-states", "synthetics", "transcribestreaming", "transfer", "xray",
	}},
	"aws-eusc": {"eu.amazonaws", []string{"ecr.api", "ecr.dkr", "execute-api", "securityhub"}},
}

// InterfaceServiceName is the name of a service's interface endpoint in a region.
func InterfaceServiceName(region, service string) string {
	prefix := usualPrefix
	if other := prefixes[aws.Partition(region)]; slices.Contains(other.services, service) {
		prefix = other.prefix
	}
	return prefix + "." + region + "." + service
}

// GatewayServiceName is the name of a service's gateway endpoint in a region, which begins alike everywhere.
func GatewayServiceName(region, service string) string {
	return usualPrefix + "." + region + "." + service
}
