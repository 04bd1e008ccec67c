package platform

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/infra/addons"
	"github.com/modelway/modelway/infra/cluster"
	"github.com/modelway/modelway/infra/compute"
	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/infra/network"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/kubeconfig"
	"github.com/modelway/modelway/k8s/charts"
)

// foundation is the AWS half: a cluster that can run pods, and the identity of the load balancer controller.
type foundation struct {
	network        *network.Network
	cluster        *cluster.Cluster
	controllerRole *identity.ServiceAccountRole
	early          *addons.Addons
	compute        *compute.Compute
	late           *addons.Addons
	kubeconfig     pulumi.StringOutput
	provider       *kubernetes.Provider
}

func (p *Platform) newFoundation(ctx *pulumi.Context, name string, args *PlatformArgs) (*foundation, error) {
	f := &foundation{}
	for _, step := range []struct {
		noun     string
		register func(*pulumi.Context, *Platform, string, *PlatformArgs) error
	}{
		{"network", f.newNetwork},
		{"cluster", f.newCluster},
		{"controller role", f.newControllerRole},
		{"compute", f.newCompute},
		{"Kubernetes provider", f.newProvider},
	} {
		if err := step.register(ctx, p, name, args); err != nil {
			return nil, fmt.Errorf("registering the %s: %w", step.noun, err)
		}
	}
	return f, nil
}

func (f *foundation) newNetwork(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	zones, err := availabilityZones(ctx, p, args.Config)
	if err != nil {
		return err
	}
	f.network, err = network.NewNetwork(ctx, name+"-network", &network.NetworkArgs{
		Cidr:        args.Config.Network.Cidr,
		Region:      args.Config.Region,
		Zones:       zones,
		NatGateways: args.Config.Network.NatGateways,
		ClusterName: args.Config.Cluster.Name,
		Tags:        args.tags(),
	}, pulumi.Parent(p))
	return err
}

func (f *foundation) newCluster(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	f.cluster, err = cluster.NewCluster(ctx, name+"-cluster", &cluster.ClusterArgs{
		Name:                 args.Config.Cluster.Name,
		KubernetesVersion:    args.Config.Cluster.KubernetesVersion,
		VpcId:                f.network.VpcId,
		SubnetIds:            f.network.PrivateSubnetIds,
		AdminRoleArns:        args.Config.Cluster.AdminRoleArns,
		EndpointPublicAccess: args.Config.Cluster.EndpointPublicAccess,
		PublicAccessCidrs:    args.Config.Cluster.PublicAccessCidrs,
		LogRetentionDays:     args.Config.Cluster.LogRetentionDays,
		Protect:              args.Config.Cluster.DeletionProtection,
		Tags:                 args.tags(),
	}, pulumi.Parent(p))
	return err
}

func (f *foundation) newControllerRole(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) error {
	oidc, err := identity.NewOidcProvider(ctx, name+"-oidc", &identity.OidcProviderArgs{
		Issuer: f.cluster.OidcIssuer,
		Tags:   args.tags(),
	}, pulumi.Parent(p))
	if err != nil {
		return err
	}
	f.controllerRole, err = identity.NewServiceAccountRole(ctx, name+"-controller-role", &identity.ServiceAccountRoleArgs{
		OidcProviderArn: oidc.Arn,
		Issuer:          oidc.Issuer,
		Namespace:       charts.LoadBalancerController().Namespace,
		ServiceAccount:  charts.LoadBalancerControllerServiceAccount,
		Policy:          identity.LoadBalancerControllerPolicy(identity.Partition(args.Config.Region)),
		Tags:            args.tags(),
	}, pulumi.Parent(p))
	return err
}

// newProvider registers the Kubernetes provider. Its kubeconfig names the cluster, so that nothing but a new cluster
// replaces it.
func (f *foundation) newProvider(ctx *pulumi.Context, p *Platform, name string, args *PlatformArgs) (err error) {
	document := pulumi.All(f.cluster.Name, f.cluster.Endpoint, f.cluster.CertificateAuthority).ApplyT(func(v []any) (string, error) {
		return kubeconfig.Cluster{
			Name: v[0].(string), Endpoint: v[1].(string), CertificateAuthority: v[2].(string), Region: args.Config.Region,
		}.JSON()
	}).(pulumi.StringOutput)
	f.kubeconfig = pulumi.ToSecret(document).(pulumi.StringOutput)
	f.provider, err = kubernetes.NewProvider(ctx, name+"-kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig:        f.kubeconfig,
		ClusterIdentifier: pulumi.String(args.Config.Cluster.Name),
	}, pulumi.Parent(p), pulumi.DependsOn([]pulumi.Resource{f.cluster.ControlPlane}))
	return err
}

// availabilityZones are the first zones of the region by name, so that the answer is the same every time. Local Zones and
// Wavelength Zones, which need an opt-in, are left out.
func availabilityZones(ctx *pulumi.Context, p *Platform, cfg config.Config) ([]string, error) {
	found, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{
		State:   pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{{Name: "opt-in-status", Values: []string{"opt-in-not-required"}}},
	}, pulumi.Parent(p))
	if err != nil {
		return nil, fmt.Errorf("looking up the availability zones of %s: %w", cfg.Region, err)
	}
	zones := slices.Sorted(slices.Values(found.Names))
	if wanted := cfg.Network.AvailabilityZones; len(zones) < wanted {
		return nil, fmt.Errorf("modelway:network.availabilityZones is %d, but %s has %d (%v): lower it, or choose another region", wanted, cfg.Region, len(zones), zones)
	}
	return zones[:cfg.Network.AvailabilityZones], nil
}
