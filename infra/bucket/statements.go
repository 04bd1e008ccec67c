package bucket

import (
	"strings"

	"github.com/modelway/modelway/internal/iamdoc"
)

// overTls are the actions that a request without TLS must not do: whatever carries an object or a list of objects, and changes of
// who may reach them. A policy names actions in full, so this is a list and not s3:*
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
var overTls = iamdoc.Values{
	"s3:AbortMultipartUpload", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:DeleteObject", "s3:DeleteObjectTagging", "s3:DeleteObjectVersion",
	"s3:DeleteObjectVersionTagging", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetObject", "s3:GetObjectAcl",
	"s3:GetObjectAttributes", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionAttributes",
	"s3:GetObjectVersionTagging", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions", "s3:ListMultipartUploadParts",
	"s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration",
	"s3:PutLifecycleConfiguration", "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:PutObjectVersionAcl",
	"s3:PutObjectVersionTagging", "s3:RestoreObject",
}

// TlsOnly denies requests without TLS to everyone
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html).
func TlsOnly(bucketArn string) iamdoc.Statement {
	return iamdoc.Statement{
		Sid: "DenyInsecureTransport", Effect: iamdoc.Deny, Principal: iamdoc.Everyone(), Action: overTls,
		Resource:  iamdoc.Values{bucketArn, bucketArn + "/*"},
		Condition: iamdoc.Conditions{"Bool": {"aws:SecureTransport": {"false"}}},
	}
}

// chinaLoadBalancers are the accounts of Elastic Load Balancing in Beijing and Ningxia, which write logs there
// (https://docs.amazonaws.cn/en_us/elasticloadbalancing/latest/application/enable-access-logging.html).
var chinaLoadBalancers = iamdoc.Values{"arn:aws-cn:iam::638102146993:root", "arn:aws-cn:iam::037604701340:root"}

// LoadBalancerLogs let the Application Load Balancers of an account write access and connection logs below a prefix, which may
// be "". One service does that in all regions but those of China; the account in the path is what keeps others out, and AWS
// documents no condition
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html#attach-bucket-policy).
func LoadBalancerLogs(bucketArn, prefix, account string) []iamdoc.Statement {
	principal := &iamdoc.Principal{Service: iamdoc.Values{"logdelivery.elasticloadbalancing.amazonaws.com"}}
	if strings.HasPrefix(bucketArn, "arn:aws-cn:") {
		principal = &iamdoc.Principal{AWS: chinaLoadBalancers}
	}
	folder := bucketArn
	if prefix != "" {
		folder += "/" + prefix
	}
	return []iamdoc.Statement{{
		Sid: "LoadBalancerLogs", Effect: iamdoc.Allow, Principal: principal,
		Action: iamdoc.Values{"s3:PutObject"}, Resource: iamdoc.Values{folder + "/AWSLogs/" + account + "/*"},
	}}
}

// FlowLogs let the VPCs of an account in a region write flow logs. AWS appends statements of its own to the policy of a bucket
// where it does not find these
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html).
func FlowLogs(bucketArn, partition, region, account string) []iamdoc.Statement {
	source := func(more map[string]iamdoc.Values) iamdoc.Conditions {
		equal := map[string]iamdoc.Values{"aws:SourceAccount": {account}}
		for key, values := range more {
			equal[key] = values
		}
		return iamdoc.Conditions{
			"StringEquals": equal,
			"ArnLike":      {"aws:SourceArn": {"arn:" + partition + ":logs:" + region + ":" + account + ":*"}},
		}
	}
	delivery := &iamdoc.Principal{Service: iamdoc.Values{"delivery.logs.amazonaws.com"}}
	return []iamdoc.Statement{{
		Sid: "AWSLogDeliveryWrite", Effect: iamdoc.Allow, Principal: delivery,
		Action: iamdoc.Values{"s3:PutObject"}, Resource: iamdoc.Values{bucketArn + "/AWSLogs/" + account + "/*"},
		Condition: source(map[string]iamdoc.Values{"s3:x-amz-acl": {"bucket-owner-full-control"}}),
	}, {
		Sid: "AWSLogDeliveryAclCheck", Effect: iamdoc.Allow, Principal: delivery,
		Action: iamdoc.Values{"s3:GetBucketAcl"}, Resource: iamdoc.Values{bucketArn},
		Condition: source(nil),
	}}
}
