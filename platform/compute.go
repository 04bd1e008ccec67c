package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/compute"
	addonrows "github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/plan"
)

// newCompute registers what pods run on, between the add-ons that nodes need to become ready and those that need somewhere
// to run.
func (f *foundation) newCompute(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	kind := plan.AddonKind(args.Config)
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
		FargateProfiles:   plan.Compute(args.Config).FargateProfiles,
		NodeGroups:        args.Config.Compute.NodeGroups,
		CniHasOwnRole:     true,
		After:             slices.Concat([]pulumi.Resource{f.cluster.ControlPlane}, f.early.Resources, f.network.Egress),
		Tags:              args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.late, err = f.newAddons(ctx, p, name+"-late-addons", addonrows.AfterCompute(kind), args, slices.Concat(f.compute.Resources,
		f.network.Egress))
	return err
}

func (f *foundation) newAddons(ctx *pulumi.Context, p *Platform, name string, list []addonrows.Addon, args *PlatformArgs,
	after []pulumi.Resource) (*addons.Addons, error) {
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
