package aws

import (
	"regexp"
)

var (
	// DnsLabel is the form of a name that Kubernetes and DNS take as one label (RFC 1123).
	DnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// ClusterName is the name of an EKS cluster (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html).
	ClusterName = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	// VpcId is the id of a VPC: EC2 ids have 8 or 17 hexadecimal digits
	// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html).
	VpcId = regexp.MustCompile(`^vpc-([0-9a-f]{8}|[0-9a-f]{17})$`)
	// SubnetId is the id of a subnet, as VpcId.
	SubnetId = regexp.MustCompile(`^subnet-([0-9a-f]{8}|[0-9a-f]{17})$`)
	// RepositoryName is the name of an ECR repository, but for its length
	// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
	RepositoryName = regexp.MustCompile(`^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$`)
	// AccessNamespace is a namespace in the scope of an access policy, or the start of one with a star
	// (https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html).
	AccessNamespace = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$|^[a-z0-9][a-z0-9-]{0,61}\*$`)
	// SelectorNamespace is the namespace in a selector of a Fargate profile, with the wildcards * and ?
	// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
	SelectorNamespace = regexp.MustCompile(`^[a-z0-9*?]([-a-z0-9*?]{0,61}[a-z0-9*?])?$`)
	// HostedZoneId is the id of a Route 53 hosted zone, without /hostedzone/
	// (https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html).
	HostedZoneId = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
	// BucketName is the name of an S3 bucket (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
	// NotABucket tells more.
	BucketName = regexp.MustCompile(`^` + bucketName + `$`)
	// GitHubRepository is <organization or user>/<repository> on GitHub.
	GitHubRepository = regexp.MustCompile(`^[A-Za-z0-9](?:-?[A-Za-z0-9_]){0,38}/[A-Za-z0-9._-]{1,100}$`)
	// GitHubEnvironment is the name of an environment that the subject of a GitHub Actions token carries unchanged; other characters are
	// escaped in it (https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims).
	GitHubEnvironment = regexp.MustCompile(`^[A-Za-z0-9._-]{1,255}$`)
	// AccountId is the id of an AWS account.
	AccountId = regexp.MustCompile(`^` + account + `$`)
	// GitHubId is the numeric id of an organization or repository.
	GitHubId = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
)
