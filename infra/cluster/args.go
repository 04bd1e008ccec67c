package cluster

import (
	"cmp"
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/rule"
)

// ClusterArgs describe a control plane.
type ClusterArgs struct {
	// Name is the EKS cluster name: 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit. Plain,
	// because the log group, the subnet tags and the kubeconfig are named after it.
	Name string
	// KubernetesVersion is the minor version, for example 1.36.
	KubernetesVersion string
	// SupportType is StandardSupport or ExtendedSupport. Default StandardSupport.
	SupportType string
	// VpcId is the VPC of the subnets.
	VpcId pulumi.StringInput
	// SubnetIds are the subnets that hold the control plane's network interfaces, in at least two zones.
	SubnetIds pulumi.StringArrayInput
	// AdminRoleArns are the IAM roles with AmazonEKSClusterAdminPolicy in the whole cluster; at least one. Plain, because
	// each becomes a resource. The role that runs Pulumi has to be here or in AccessEntries: creating the cluster gives no
	// rights in it.
	AdminRoleArns []string
	// AccessEntries give other IAM principals rights. Default none.
	AccessEntries []cluster.AccessEntry
	// EndpointPublicAccess opens the API server to PublicAccessCidrs. The private endpoint is always on.
	EndpointPublicAccess bool
	// PublicAccessCidrs may reach the public endpoint.
	PublicAccessCidrs []string
	// LogRetentionDays is how long CloudWatch Logs keeps the control-plane logs.
	LogRetentionDays int
	// AdoptLogGroup takes over the log group /aws/eks/<Name>/cluster, which an earlier cluster of the name has left, instead of
	// creating it. Set it for one `pulumi up`, whatever retention, tags and key the group has; then remove it, and the next `up`
	// gives the group those of the other arguments. While it is set, they are left as they are. Default false.
	AdoptLogGroup bool
	// Protect marks the cluster, its key and its log group with Pulumi's protect option: a destroy or a replacement by Pulumi
	// is refused until the option is off and applied. It does not stop others from deleting them. EKS's own
	// deletionProtection, which would (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html), has no
	// property in version 6 of the AWS provider.
	Protect bool
	// Tags are put on every taggable child.
	Tags map[string]string
}

// validate reports every fault of the arguments together.
func (a *ClusterArgs) validate() error {
	faults := []error{rule.Join(a.spec().Check(""))}
	if a.VpcId == nil || a.SubnetIds == nil {
		faults = append(faults, errors.New("VpcId and SubnetIds are required: pass the outputs of the network"))
	}
	return errors.Join(faults...)
}

// spec is what is checked of the control plane.
func (a *ClusterArgs) spec() cluster.Spec {
	return cluster.Spec{
		Name: a.Name, SupportType: a.supportType(), AdminRoleArns: a.AdminRoleArns, AccessEntries: a.AccessEntries,
		EndpointPublicAccess: a.EndpointPublicAccess, PublicAccessCidrs: a.PublicAccessCidrs,
	}
}

func (a *ClusterArgs) supportType() string { return cmp.Or(a.SupportType, StandardSupport) }

func (a *ClusterArgs) inputs() pulumi.Map {
	entries := pulumi.Array{}
	for _, e := range a.AccessEntries {
		entries = append(entries, pulumi.Map{
			"principalArn": pulumi.String(e.PrincipalArn), "policy": pulumi.String(e.Policy), "namespaces": pulumi.ToStringArray(e.Namespaces),
		})
	}
	return pulumi.Map{
		"name":                 pulumi.String(a.Name),
		"kubernetesVersion":    pulumi.String(a.KubernetesVersion),
		"supportType":          pulumi.String(a.supportType()),
		"vpcId":                a.VpcId,
		"subnetIds":            a.SubnetIds,
		"adminRoleArns":        pulumi.ToStringArray(a.AdminRoleArns),
		"accessEntries":        entries,
		"endpointPublicAccess": pulumi.Bool(a.EndpointPublicAccess),
		"publicAccessCidrs":    pulumi.ToStringArray(a.PublicAccessCidrs),
		"logRetentionDays":     pulumi.Int(a.LogRetentionDays),
		"adoptLogGroup":        pulumi.Bool(a.AdoptLogGroup),
		"protect":              pulumi.Bool(a.Protect),
	}
}
