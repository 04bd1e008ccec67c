package cluster

// Kinds of support for a Kubernetes version (https://docs.aws.amazon.com/eks/latest/userguide/view-support-status.html).
const (
	// SupportStandard has EKS upgrade the control plane when the version's standard support ends.
	SupportStandard = "STANDARD"
	// SupportExtended lets it stay on the version for another year, at six times the price.
	SupportExtended = "EXTENDED"
)

// SupportTypes lists the allowed values of Spec.SupportType.
var SupportTypes = []string{SupportStandard, SupportExtended}

// Spec describes the EKS control plane.
type Spec struct {
	// Name is the name of the EKS cluster: letters, digits, hyphens and underscores, starting with a letter or digit, at most
	// 100 characters. Default modelway-<stack>. It cannot be changed later without replacing the cluster.
	// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html)
	Name string `json:"name"`

	// KubernetesVersion is the Kubernetes version of the control plane, in quotes. Default "1.36"; see KubernetesVersions for
	// the allowed ones and their support dates.
	KubernetesVersion string `json:"kubernetesVersion"`

	// SupportType is STANDARD or EXTENDED. Default STANDARD: EKS upgrades the control plane by itself when the version's standard
	// support ends, and never bills extended support.
	SupportType string `json:"supportType"`

	// AdminRoleArns are the IAM roles that administer the cluster, by EKS access entry. Required, at least one: without it
	// only the role that created the cluster could enter. The role that runs `pulumi up` has to be among them: it gets no
	// rights from having created the cluster.
	AdminRoleArns []string `json:"adminRoleArns" jsonschema:"required,minItems=1,uniqueItems=true"`

	// AccessEntries give other IAM roles and users rights in the cluster. Default none.
	AccessEntries []AccessEntry `json:"accessEntries"`

	// EndpointPublicAccess opens the Kubernetes API endpoint to the addresses in publicAccessCidrs. Default true. When false,
	// Pulumi has to run inside the VPC.
	EndpointPublicAccess bool `json:"endpointPublicAccess"`

	// PublicAccessCidrs are the IPv4 blocks that may reach the public Kubernetes API endpoint, at most 40. Required when
	// endpointPublicAccess is true; 0.0.0.0/0 (everyone) has to be spelled out. Default none.
	PublicAccessCidrs []string `json:"publicAccessCidrs" jsonschema:"maxItems=40,uniqueItems=true"`

	// LogRetentionDays is how many days CloudWatch keeps the control plane's logs. Default 30; see LogRetentionDays for the
	// allowed numbers.
	LogRetentionDays int `json:"logRetentionDays"`

	// AdoptLogGroup takes over the log group /aws/eks/<name>/cluster that an earlier cluster of the name has left, in place of
	// making it. Set it for one `pulumi up`, then remove it: retention and tags are applied from then on. Default false.
	AdoptLogGroup bool `json:"adoptLogGroup"`

	// DeletionProtection keeps what cannot be made again from being deleted: Pulumi refuses to destroy or replace the VPC, the
	// cluster, its key and log group, buckets and repositories, and AWS refuses to delete load balancers by hand. Without it, a
	// destroy also deletes buckets and repositories that are not empty. Default false.
	DeletionProtection bool `json:"deletionProtection"`

	// AddonVersions pins EKS add-ons, by name, such as coredns: v1.12.4-eksbuild.1. Default none: each add-on has the version that
	// EKS recommends for the Kubernetes version.
	AddonVersions map[string]string `json:"addonVersions"`
}
