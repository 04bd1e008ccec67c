package iamdoc

import (
	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/modelway/modelway/internal/aws"
)

// overTls are the actions that a request without TLS must not do: whatever carries an object or a list of objects, and changes of
// who may reach them. A policy names actions in full, so this is a list and not s3:*
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
var overTls = Values{
	"s3:AbortMultipartUpload", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject", "s3:DeleteObjectTagging",
	"s3:DeleteObjectVersion",
	"s3:DeleteObjectVersionTagging", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetObject", "s3:GetObjectAcl",
	"s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionAttributes",
	"s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions", "s3:ListMultipartUploadParts",
	"s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration",
	"s3:PutLifecycleConfiguration", "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectVersionAcl",
	"s3:PutObjectVersionTagging", "s3:RestoreObject",
}

// TlsOnly denies requests without TLS to everyone
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html).
func TlsOnly(bucketArn string) Statement {
	return Statement{
		Sid: "DenyInsecureTransport", Effect: Deny, Principal: Everyone(), Action: overTls,
		Resource:  Values{bucketArn, bucketArn + "/*"},
		Condition: Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}
}

// chinaLoadBalancers are the accounts of Elastic Load Balancing in Beijing and Ningxia, which write logs there
// (https://docs.amazonaws.cn/en_us/elasticloadbalancing/latest/application/enable-access-logging.html).
var chinaLoadBalancers = Values{"arn:aws-cn:iam::638102146993:root", "arn:aws-cn:iam::037604701340:root"}

// LoadBalancerLogs let the Application Load Balancers of an account write access and connection logs below a prefix, which may
// be "". One service does that in all regions but those of China; the account in the path is what keeps others out, and AWS
// documents no condition
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html#attach-bucket-policy).
func LoadBalancerLogs(bucketArn, prefix, account string) []Statement {
	parsed, _ := arn.Parse(bucketArn)
	principal := &Principal{Service: Values{aws.ServicePrincipal(parsed.Partition, "logdelivery.elasticloadbalancing")}}
	if parsed.Partition == "aws-cn" {
		principal = &Principal{AWS: chinaLoadBalancers}
	}
	folder := bucketArn
	if prefix != "" {
		folder += "/" + prefix
	}
	return []Statement{{
		Sid: "LoadBalancerLogs", Effect: Allow, Principal: principal,
		Action: Values{"s3:PutObject"}, Resource: Values{folder + "/AWSLogs/" + account + "/*"},
	}}
}

// FlowLogs let the VPCs of an account in a region write flow logs. AWS appends statements of its own to the policy of a bucket
// where it does not find these
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html).
func FlowLogs(bucketArn, region, account string) []Statement {
	source := func(more map[string]Values) Conditions {
		equal := map[string]Values{"aws:SourceAccount": {account}}
		for key, values := range more {
			equal[key] = values
		}
		return Conditions{
			"StringEquals": equal,
			"ArnLike":      {"aws:SourceArn": {aws.Arn(region, "logs", region, account, "*")}},
		}
	}
	delivery := &Principal{Service: Values{aws.ServicePrincipal(aws.Partition(region), "delivery.logs")}}
	return []Statement{{
		Sid: "AWSLogDeliveryWrite", Effect: Allow, Principal: delivery,
		Action: Values{"s3:PutObject"}, Resource: Values{bucketArn + "/AWSLogs/" + account + "/*"},
		Condition: source(map[string]Values{"s3:x-amz-acl": {"bucket-owner-full-control"}}),
	}, {
		Sid: "AWSLogDeliveryAclCheck", Effect: Allow, Principal: delivery,
		Action: Values{"s3:GetBucketAcl"}, Resource: Values{bucketArn},
		Condition: source(nil),
	}}
}
