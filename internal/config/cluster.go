package config

// Cluster describes the EKS control plane.
type Cluster struct {
	// Name is the name of the EKS cluster: letters, digits, hyphens and underscores, starting with a letter or digit, at most
	// 100 characters. Default modelway-<stack>. It cannot be changed later without replacing the cluster.
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html)
	Name string `json:"name"`

	// KubernetesVersion is the Kubernetes version of the control plane, in quotes. Default "1.36"; see KubernetesVersions for
	// the allowed ones and their support dates.
	KubernetesVersion string `json:"kubernetesVersion"`

	// AdminRoleArns are the IAM roles that administer the cluster, by EKS access entry. Required, at least one: without it
	// only the role that created the cluster could enter.
	AdminRoleArns []string `json:"adminRoleArns" jsonschema:"required,minItems=1,uniqueItems=true"`

	// EndpointPublicAccess opens the Kubernetes API endpoint to the addresses in publicAccessCidrs. Default true. When false,
	// Pulumi has to run inside the VPC.
	EndpointPublicAccess bool `json:"endpointPublicAccess"`

	// PublicAccessCidrs are the IPv4 blocks that may reach the public Kubernetes API endpoint, at most 40. Required when
	// endpointPublicAccess is true; 0.0.0.0/0 (everyone) has to be spelled out. Default none.
	PublicAccessCidrs []string `json:"publicAccessCidrs" jsonschema:"maxItems=40,uniqueItems=true"`

	// LogRetentionDays is how many days CloudWatch keeps the control plane's logs. Default 30; see LogRetentionDays for the
	// allowed numbers.
	LogRetentionDays int `json:"logRetentionDays"`

	// DeletionProtection makes AWS refuse to delete the cluster. Default false.
	DeletionProtection bool `json:"deletionProtection"`
}
