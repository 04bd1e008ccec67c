package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Form is what the ARNs of one kind of resource look like, in any partition
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type Form struct{ *regexp.Regexp }

// Parts of ARNs.
const (
	account    = `[0-9]{12}`
	region     = `[a-z0-9-]+`
	path       = `(?:[A-Za-z0-9_.,+=@-]+/)*`
	bucketName = `[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]`
)

// Forms of ARNs.
var (
	// RoleArn is an IAM role with its path, PrincipalArn a role or a user
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
	RoleArn      = form("iam", "", account, `role/`+path+`[A-Za-z0-9_.,+=@-]{1,64}`)
	PrincipalArn = form("iam", "", account, `(?:role|user)/`+path+`[A-Za-z0-9_.,+=@-]{1,64}`)
	sessionArn   = form("sts", "", account, `assumed-role/[A-Za-z0-9_.,+=@-]+/.+`)
	// PolicyArn is an IAM policy, of an account or of AWS.
	PolicyArn = form("iam", "", account+`|aws`, `policy/`+path+`[A-Za-z0-9_.,+@=-]{1,128}`)
	// GitHubProviderArn is the identity provider of GitHub Actions.
	GitHubProviderArn = form("iam", "", account, `oidc-provider/token\.actions\.githubusercontent\.com`)
	// CertificateArn is a certificate in ACM.
	CertificateArn = form("acm", region, account, `certificate/[A-Za-z0-9-]+`)
	// ServerCertificateArn is a certificate in IAM, for regions where ACM has none
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html).
	ServerCertificateArn = form("iam", "", account, `server-certificate/`+path+`[A-Za-z0-9_.,+@=-]{1,128}`)
	// WebAclArn is a web ACL of WAFv2, regional or for CloudFront
	// (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
	WebAclArn = form("wafv2", region, account, `(?:regional|global)/webacl/[A-Za-z0-9_-]{1,128}/[A-Za-z0-9-]{1,36}`)
	// UserPoolArn is a user pool of Amazon Cognito
	// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html).
	UserPoolArn = form("cognito-idp", region, account, `userpool/[a-z0-9-]{4,45}_[0-9a-zA-Z]{1,55}`)
	// TopicArn is an SNS topic.
	TopicArn = form("sns", region, account, `[A-Za-z0-9_-]{1,256}`)
	// BucketArn is an S3 bucket.
	BucketArn = form("s3", "", "", bucketName)
	// KeyArn is a KMS key, not an alias.
	KeyArn = form("kms", region, account, `key/[A-Za-z0-9-]+`)
	// ClusterArn is an EKS cluster.
	ClusterArn = form("eks", region, account, `cluster/.+`)
)

func form(service, region, account, resource string) Form {
	var names []string
	for _, p := range partitions {
		names = append(names, p.name)
	}
	return Form{regexp.MustCompile(`^arn:(?:` + strings.Join(names, "|") +
		`):` + service + `:(?:` + region + `):(?:` + account + `):(?:` + resource + `)$`)}
}

// Parse returns the parts of an ARN, if it has the form.
func (f Form) Parse(text string) (arn.ARN, bool) {
	parsed, err := arn.Parse(text)
	return parsed, err == nil && f.MatchString(text)
}

// Problem says what is wrong with an ARN that must have the form and be of the region's partition, in the words of not where it does not
// have the form, and what to write in its place where that can be told. Where the region is not known, only the form counts.
func (f Form) Problem(text, region, not string) (problem, instead string) {
	parsed, ok := f.Parse(text)
	switch own := Partition(region); {
	case !ok:
		return not, ""
	case region != "" && parsed.Partition != own:
		problem = fmt.Sprintf("of partition %s, but region %s belongs to partition %s", parsed.Partition, region, own)
		parsed.Partition = own
		if parsed.Region != "" {
			parsed.Region = region
		}
		return problem, parsed.String()
	case region != "" && parsed.Region != "" && Partition(parsed.Region) != own:
		problem = fmt.Sprintf("of region %s, which belongs to partition %s and not to %s", parsed.Region, Partition(parsed.Region), own)
		parsed.Region = region
		return problem, parsed.String()
	}
	return "", ""
}

// RoleOfSession returns the ARN of the role, without its path, that the ARN of a session names.
func RoleOfSession(text string) (role string, ok bool) {
	session, ok := sessionArn.Parse(text)
	if !ok {
		return "", false
	}
	session.Service, session.Resource = "iam", "role/"+strings.Split(session.Resource, "/")[1]
	return session.String(), true
}

// ReadCluster reads the ARN of an EKS cluster, and the cluster's name in it.
func ReadCluster(text string) (parsed arn.ARN, name string, err error) {
	parsed, ok := ClusterArn.Parse(text)
	if !ok {
		return arn.ARN{}, "", fmt.Errorf("cluster ARN %q is not of the form arn:<partition>:eks:<region>:<account>:cluster/<name>", text)
	}
	return parsed, strings.TrimPrefix(parsed.Resource, "cluster/"), nil
}

// Arn builds an ARN in the partition of a region.
func Arn(inRegion, service, region, account, resource string) string {
	return PartitionArn(Partition(inRegion), service, region, account, resource)
}

// PartitionArn builds an ARN of a partition.
func PartitionArn(partition, service, region, account, resource string) string {
	return arn.ARN{Partition: partition, Service: service, Region: region, AccountID: account, Resource: resource}.String()
}

// ManagedPolicyArn is a policy that AWS manages, by its name (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/).
func ManagedPolicyArn(partition, name string) string {
	return PartitionArn(partition, "iam", "", "aws", "policy/"+name)
}
