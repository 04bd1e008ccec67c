package compute

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/naming"
)

// nodePolicies let a node join the cluster and pull images
// (https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html).
var nodePolicies = []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}

// cniPolicy lets the VPC CNI manage network interfaces with the node's own role.
const cniPolicy = "AmazonEKS_CNI_Policy"

// maxUnavailablePercentage is how many nodes of a group an update replaces at a time.
const maxUnavailablePercentage = 33

// newNodeGroups registers the groups, which share one role.
func (b *builder) newNodeGroups() error {
	if len(b.args.NodeGroups) == 0 {
		return nil
	}
	trust, err := iamdoc.ServiceTrust(aws.ServicePrincipal(aws.Partition(b.args.Region), "ec2"), nil).JSON()
	if err != nil {
		return err
	}
	policies := append([]string(nil), nodePolicies...)
	if !b.args.CniHasOwnRole {
		policies = append(policies, cniPolicy)
	}
	role, ready, err := b.newRole("node", "Nodes of an EKS cluster", pulumi.String(trust), policies)
	if err != nil {
		return err
	}
	for _, g := range b.args.spec().NodeGroups {
		template, err := b.newLaunchTemplate(g)
		if err != nil {
			return err
		}
		group, err := b.newNodeGroup(g, role, template, ready)
		if err != nil {
			return err
		}
		b.compute.Resources = append(b.compute.Resources, group)
	}
	return nil
}

// newNodeGroup registers a group under a generated name, so that a replacement is created before the old group drains.
func (b *builder) newNodeGroup(g compute.NodeGroup, role *iam.Role, template *ec2.LaunchTemplate, ready []pulumi.Resource) (*eks.NodeGroup,
	error) {
	name := b.name + "-" + g.Name
	args := &eks.NodeGroupArgs{
		ClusterName:   b.args.ClusterName,
		NodeRoleArn:   role.Arn,
		SubnetIds:     b.args.SubnetIds,
		InstanceTypes: pulumi.ToStringArray(g.InstanceTypes),
		CapacityType:  pulumi.String(g.CapacityType),
		AmiType:       pulumi.String(g.AmiType),
		ScalingConfig: eks.NodeGroupScalingConfigArgs{
			MinSize: pulumi.Int(g.MinSize), MaxSize: pulumi.Int(g.MaxSize), DesiredSize: pulumi.Int(g.DesiredSize),
		},
		UpdateConfig: eks.NodeGroupUpdateConfigArgs{MaxUnavailablePercentage: pulumi.Int(maxUnavailablePercentage)},
		// Nodes that stop working are replaced (https://docs.aws.amazon.com/eks/latest/userguide/node-health.html).
		NodeRepairConfig: eks.NodeGroupNodeRepairConfigArgs{Enabled: pulumi.Bool(true)},
		LaunchTemplate: eks.NodeGroupLaunchTemplateArgs{
			Id: template.ID(), Version: pulumi.Sprintf("%d", template.LatestVersion),
		},
		Tags: b.tags(name),
	}
	if prefix := naming.AutonamePrefix(name, naming.NodeGroup); prefix != "" {
		args.NodeGroupNamePrefix = pulumi.String(prefix)
	}
	if b.args.KubernetesVersion != "" {
		args.Version = pulumi.String(b.args.KubernetesVersion)
	}
	if len(g.Labels) > 0 {
		args.Labels = pulumi.ToStringMap(g.Labels)
	}
	var taints eks.NodeGroupTaintArray
	for _, t := range g.Taints {
		taint := eks.NodeGroupTaintArgs{Key: pulumi.String(t.Key), Effect: pulumi.String(t.Effect)}
		if t.Value != "" {
			taint.Value = pulumi.String(t.Value)
		}
		taints = append(taints, taint)
	}
	if len(taints) > 0 {
		args.Taints = taints
	}
	return eks.NewNodeGroup(b.ctx, name, args, b.parent(), b.after(ready...),
		pulumi.IgnoreChanges([]string{"scalingConfig.desiredSize"}))
}
