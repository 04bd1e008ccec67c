// Package compute creates what pods run on: Fargate profiles, managed node groups, or both.
package compute

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/rule"
)

// Token is the component's type token.
const Token = "modelway:compute:Compute"

// ComputeArgs describe the compute of one cluster.
type ComputeArgs struct {
	// ClusterName is the name of the EKS cluster. Required.
	ClusterName pulumi.StringInput
	// ClusterArn is the ARN of the EKS cluster; the pod execution role trusts the Fargate profiles of this cluster only.
	// Required where there are Fargate profiles.
	ClusterArn pulumi.StringInput
	// Region is the AWS region; it decides the partition of AWS's own policies. Required.
	Region string
	// KubernetesVersion is the minor version of the nodes, for example 1.36. Nodes follow it when it is raised with the
	// cluster's. Default the cluster's version at the time a group is created.
	KubernetesVersion string
	// SubnetIds are private subnets; Fargate refuses public ones. Required.
	SubnetIds pulumi.StringArrayInput
	// FargateSubnetIds are the private subnets of Fargate pods where they differ from those of nodes. Default SubnetIds.
	FargateSubnetIds pulumi.StringArrayInput
	// FargateProfiles and NodeGroups, at least one of either. Plain, because each becomes a resource.
	FargateProfiles []compute.FargateProfile
	NodeGroups      []compute.NodeGroup
	// CniHasOwnRole says that the vpc-cni add-on has an IAM role, so that the nodes' role does not need its policy.
	// Default false.
	CniHasOwnRole bool
	// After is what must exist before the first pod starts and until the last one is gone: the VPC CNI add-on, routes, access.
	After []pulumi.Resource
	// Tags are put on every taggable child, and on instances and volumes. Default none.
	Tags map[string]string
}

// Compute is the compute of one cluster.
type Compute struct {
	pulumi.ResourceState

	// Resources are the Fargate profiles and node groups: what runs pods depends on them.
	Resources []pulumi.Resource
	// RoleArns are those of the roles of nodes and Fargate pods.
	RoleArns pulumi.StringArray
	// HasNodes and HasFargate say what kinds of compute there are.
	HasNodes, HasFargate bool
	// CoreDNSOnFargate says that a profile selects the pods of CoreDNS.
	CoreDNSOnFargate bool
}

// NewCompute registers Fargate profiles and node groups. It refuses impossible ones before it registers anything.
func NewCompute(ctx *pulumi.Context, name string, args *ComputeArgs, opts ...pulumi.ResourceOption) (*Compute, error) {
	if err := args.validate(name); err != nil {
		return nil, fmt.Errorf("checking compute %q: %w", name, err)
	}
	c := &Compute{
		HasNodes: len(args.NodeGroups) > 0, HasFargate: len(args.FargateProfiles) > 0,
		CoreDNSOnFargate: args.spec().OnFargate(addons.Dns()),
	}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), c, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	for _, text := range compute.Warnings(args.NodeGroups) {
		if err := ctx.Log.Warn(text, &pulumi.LogArgs{Resource: c}); err != nil {
			return nil, fmt.Errorf("warning of %q: %w", name, err)
		}
	}
	b := builder{ctx: ctx, compute: c, name: name, args: args}
	if err := b.newFargateProfiles(); err != nil {
		return nil, fmt.Errorf("registering the Fargate profiles of %q: %w", name, err)
	}
	if err := b.newNodeGroups(); err != nil {
		return nil, fmt.Errorf("registering the node groups of %q: %w", name, err)
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"hasNodes": pulumi.Bool(c.HasNodes), "hasFargate": pulumi.Bool(c.HasFargate), "coreDnsOnFargate": pulumi.Bool(c.CoreDNSOnFargate),
	})
}

func (a *ComputeArgs) validate(name string) error {
	faults := []error{rule.Join(append(a.spec().Check(), a.spec().CheckNames(name)...))}
	if a.ClusterName == nil || a.SubnetIds == nil {
		faults = append(faults, errors.New("ClusterName and SubnetIds are required: pass the outputs of the cluster and of the network"))
	}
	if a.Region == "" {
		faults = append(faults, errors.New("Region is empty: name the AWS region, for example us-east-1"))
	}
	if len(a.FargateProfiles) > 0 && a.ClusterArn == nil {
		faults = append(faults, errors.New("ClusterArn is missing: Fargate profiles need it for the trust of their pod execution role"))
	}
	return errors.Join(slices.DeleteFunc(faults, func(err error) bool { return err == nil })...)
}

// spec is what pods run on, with all defaults.
func (a *ComputeArgs) spec() compute.Spec {
	spec := compute.Spec{FargateProfiles: a.FargateProfiles}
	for _, group := range a.NodeGroups {
		spec.NodeGroups = append(spec.NodeGroups, group.WithDefaults())
	}
	return spec
}

func (a *ComputeArgs) fargateSubnetIds() pulumi.StringArrayInput {
	if a.FargateSubnetIds == nil {
		return a.SubnetIds
	}
	return a.FargateSubnetIds
}

func (a *ComputeArgs) inputs() pulumi.Map {
	profiles, groups := pulumi.Array{}, pulumi.Array{}
	for _, p := range a.FargateProfiles {
		selectors := pulumi.Array{}
		for _, s := range p.Selectors {
			selectors = append(selectors, pulumi.Map{"namespace": pulumi.String(s.Namespace), "labels": pulumi.ToStringMap(s.Labels)})
		}
		profiles = append(profiles, pulumi.Map{"name": pulumi.String(p.Name), "selectors": selectors})
	}
	for _, g := range a.spec().NodeGroups {
		taints := pulumi.Array{}
		for _, t := range g.Taints {
			taints = append(taints, pulumi.Map{"key": pulumi.String(t.Key), "value": pulumi.String(t.Value), "effect": pulumi.String(t.Effect)})
		}
		groups = append(groups, pulumi.Map{
			"name": pulumi.String(g.Name), "instanceTypes": pulumi.ToStringArray(g.InstanceTypes), "capacityType": pulumi.String(g.CapacityType),
			"amiType": pulumi.String(g.AmiType), "minSize": pulumi.Int(g.MinSize), "maxSize": pulumi.Int(g.MaxSize),
			"desiredSize": pulumi.Int(g.DesiredSize), "diskSizeGiB": pulumi.Int(g.DiskSizeGiB),
			"fastImagePull": pulumi.Bool(g.FastImagePull), "instanceStore": pulumi.Bool(g.InstanceStore),
			"labels": pulumi.ToStringMap(g.Labels), "taints": taints,
		})
	}
	return pulumi.Map{
		"clusterName": a.ClusterName, "region": pulumi.String(a.Region), "kubernetesVersion": pulumi.String(a.KubernetesVersion),
		"subnetIds": a.SubnetIds, "fargateSubnetIds": a.fargateSubnetIds(), "fargateProfiles": profiles, "nodeGroups": groups,
		"tags": pulumi.ToStringMap(a.Tags),
	}
}
