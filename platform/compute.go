package platform

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/compute"
	addonrows "github.com/modelway/modelway/internal/addons"
	computespec "github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/k8s/gpu"
)

// newCompute registers what pods run on, between the add-ons that nodes need to become ready and those that need somewhere
// to run.
func (f *foundation) newCompute(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	kind := addonKind(args.Config)
	f.early, err = f.newAddons(ctx, p, name+"-early-addons", addonrows.BeforeCompute(kind), args, []pulumi.Resource{f.cluster.ControlPlane})
	if err != nil {
		return err
	}
	f.compute, err = compute.NewCompute(ctx, name+"-compute", &compute.ComputeArgs{
		ClusterName:       f.cluster.Name,
		ClusterArn:        f.cluster.Arn,
		Region:            args.Config.Region,
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		SubnetIds:         f.network.PrivateSubnetIds,
		FargateSubnetIds:  f.network.PodSubnetIds,
		FargateProfiles:   fargateProfiles(args.Config.Compute),
		NodeGroups:        nodeGroups(args.Config.Compute),
		CniHasOwnRole:     true,
		After:             slices.Concat([]pulumi.Resource{f.cluster.ControlPlane}, f.early.Resources, f.network.Egress),
		Tags:              args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.late, err = f.newAddons(ctx, p, name+"-late-addons", addonrows.AfterCompute(kind), args, slices.Concat(f.compute.Resources, f.network.Egress))
	return err
}

// addonKind is what the choice of add-ons depends on.
func addonKind(cfg config.Config) addonrows.Kind {
	return addonrows.Kind{
		Nodes:            len(cfg.Compute.NodeGroups) > 0,
		OpenNodes:        computespec.HasOpenNodes(nodeGroups(cfg.Compute)),
		CoreDNSOnFargate: onFargate(cfg, computespec.CoreDNS),
	}
}

func (f *foundation) newAddons(ctx *pulumi.Context, p *Platform, name string, list []addonrows.Addon, args *PlatformArgs, after []pulumi.Resource) (*addons.Addons, error) {
	described := &addons.AddonsArgs{
		ClusterName:       f.cluster.Name,
		KubernetesVersion: args.Config.Cluster.KubernetesVersion,
		Addons:            list,
		Versions:          map[string]string{},
		Configurations:    map[string]pulumi.StringInput{},
		Roles:             map[string]addons.Role{},
		DependsOn:         after,
		Tags:              args.tags(),
	}
	for _, addon := range list {
		if version := args.Config.Cluster.AddonVersions[addon.Name]; version != "" {
			described.Versions[addon.Name] = version
		}
		if role := f.roles.addons[addon.Name]; role != nil {
			described.Roles[addon.Name] = addons.Role{Arn: role.RoleArn, PodIdentity: addon.Name != addonrows.VpcCni, Ready: role.Ready}
		}
		if addon.Name == addonrows.VpcCni && args.Config.Network.PodCidr != "" {
			described.Configurations[addon.Name] = f.podNetwork(args.Config.Region)
		}
	}
	return addons.NewAddons(ctx, name, described, pulumi.Parent(p))
}

// podNetwork has the network plugin take the addresses of pods from the pod subnets.
func (f *foundation) podNetwork(region string) pulumi.StringInput {
	return pulumi.All(f.network.PodSubnets, f.cluster.SecurityGroupId).ApplyT(func(v []any) (string, error) {
		return addonrows.PodNetwork{Region: region, Subnets: v[0].(map[string]string), SecurityGroupId: v[1].(string)}.Configuration()
	}).(pulumi.StringOutput)
}

// amiTypes are the images of the node groups.
func amiTypes(c config.Compute) []string {
	var all []string
	for _, g := range c.NodeGroups {
		all = append(all, g.AmiType)
	}
	return all
}

func fargateProfiles(c config.Compute) []computespec.FargateProfile {
	var all []computespec.FargateProfile
	for _, profile := range c.FargateProfiles {
		var selectors []computespec.Selector
		for _, s := range profile.Selectors {
			selectors = append(selectors, computespec.Selector(s))
		}
		all = append(all, computespec.FargateProfile{Name: profile.Name, Selectors: selectors})
	}
	return all
}

func nodeGroups(c config.Compute) []computespec.NodeGroup {
	var all []computespec.NodeGroup
	for _, g := range c.NodeGroups {
		var taints []computespec.Taint
		for _, t := range g.Taints {
			taints = append(taints, computespec.Taint(t))
		}
		all = append(all, computespec.NodeGroup{
			Name: g.Name, InstanceTypes: g.InstanceTypes, CapacityType: g.CapacityType, AmiType: g.AmiType,
			MinSize: g.MinSize, MaxSize: g.MaxSize, DesiredSize: g.DesiredSize, DiskSizeGiB: g.DiskSizeGiB,
			FastImagePull: g.FastImagePull, InstanceStore: g.InstanceStore,
			Labels: nodeLabels(g), Taints: taints,
		})
	}
	return all
}

// nodeLabels are the labels of a node group, with those by which pods, the device plugin and the autoscaler know GPU nodes.
func nodeLabels(g config.NodeGroup) map[string]string {
	labels := maps.Clone(gpu.NodeLabels(g.AmiType))
	if labels == nil {
		return g.Labels
	}
	maps.Copy(labels, g.Labels)
	return labels
}
