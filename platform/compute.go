package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/compute"
	"github.com/modelway/modelway/internal/config"
)

// newCompute registers what pods run on, between the add-ons that nodes need to become ready and those that need somewhere
// to run.
func (f *foundation) newCompute(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	profiles, groups := fargateProfiles(args.Config.Compute), nodeGroups(args.Config.Compute)
	kind := addons.Kind{Nodes: len(groups) > 0, CoreDNSOnFargate: compute.Selects(profiles, compute.CoreDNS)}
	f.early, err = addons.NewAddons(ctx, name+"-early-addons", &addons.AddonsArgs{
		ClusterName: f.cluster.Name,
		Addons:      addons.BeforeCompute(kind),
		DependsOn:   []pulumi.Resource{f.cluster.ControlPlane},
		Tags:        args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.compute, err = compute.NewCompute(ctx, name+"-compute", &compute.ComputeArgs{
		ClusterName:       f.cluster.Name,
		ClusterArn:        f.cluster.Arn,
		Region:            args.Config.Region,
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		SubnetIds:         f.network.PrivateSubnetIds,
		FargateProfiles:   profiles,
		NodeGroups:        groups,
		After:             slices.Concat([]pulumi.Resource{f.cluster.ControlPlane}, f.early.Resources, f.network.Egress),
		Tags:              args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.late, err = addons.NewAddons(ctx, name+"-late-addons", &addons.AddonsArgs{
		ClusterName: f.cluster.Name,
		Addons:      addons.AfterCompute(kind),
		DependsOn:   slices.Concat(f.compute.Resources, f.network.Egress),
		Tags:        args.tags(),
	}, pulumi.Parent(p))
	return err
}

func fargateProfiles(c config.Compute) []compute.FargateProfile {
	var all []compute.FargateProfile
	for _, profile := range c.FargateProfiles {
		var selectors []compute.Selector
		for _, s := range profile.Selectors {
			selectors = append(selectors, compute.Selector(s))
		}
		all = append(all, compute.FargateProfile{Name: profile.Name, Selectors: selectors})
	}
	return all
}

func nodeGroups(c config.Compute) []compute.NodeGroup {
	var all []compute.NodeGroup
	for _, g := range c.NodeGroups {
		var taints []compute.Taint
		for _, t := range g.Taints {
			taints = append(taints, compute.Taint(t))
		}
		all = append(all, compute.NodeGroup{
			Name: g.Name, InstanceTypes: g.InstanceTypes, CapacityType: g.CapacityType, AmiType: g.AmiType,
			MinSize: g.MinSize, MaxSize: g.MaxSize, DesiredSize: g.DesiredSize, DiskSizeGiB: g.DiskSizeGiB,
			Labels: g.Labels, Taints: taints,
		})
	}
	return all
}
