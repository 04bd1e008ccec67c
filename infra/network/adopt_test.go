package network_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/network"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	vpc      = "vpc-0123456789abcdef0"
	privateA = "subnet-0000000000000000a"
	privateB = "subnet-0000000000000000b"
	publicA  = "subnet-0000000000000001a"
	publicB  = "subnet-0000000000000001b"
)

// account answers the look-ups of an account with one VPC.
type account struct {
	vpc     map[string]any
	subnets map[string]map[string]any
}

func existing() account {
	subnet := func(zone, block, role string) map[string]any {
		return map[string]any{"vpcId": vpc, "availabilityZone": zone, "cidrBlock": block, "tags": map[string]any{role: "1"}}
	}
	return account{
		vpc: map[string]any{"id": vpc, "enableDnsSupport": true, "enableDnsHostnames": true},
		subnets: map[string]map[string]any{
			privateA: subnet("us-east-1a", "10.9.0.0/24", "kubernetes.io/role/internal-elb"),
			privateB: subnet("us-east-1b", "10.9.1.0/25", "kubernetes.io/role/internal-elb"),
			publicA:  subnet("us-east-1a", "10.9.2.0/24", "kubernetes.io/role/elb"),
			publicB:  subnet("us-east-1b", "10.9.3.0/24", "kubernetes.io/role/elb"),
		},
	}
}

func (a account) options() []recorder.Option {
	return []recorder.Option{
		recorder.WithInvoke("aws:ec2/getVpc:getVpc", func(args resource.PropertyMap) (resource.PropertyMap, error) {
			if args["id"].StringValue() != vpc || a.vpc == nil {
				return nil, errors.New("no matching EC2 VPC found")
			}
			return resource.NewPropertyMapFromMap(a.vpc), nil
		}),
		recorder.WithInvoke("aws:ec2/getSubnet:getSubnet", func(args resource.PropertyMap) (resource.PropertyMap, error) {
			id := args["id"].StringValue()
			subnet, ok := a.subnets[id]
			if !ok {
				return nil, errors.New("no matching EC2 Subnet found")
			}
			answer := maps.Clone(subnet)
			answer["id"] = id
			return resource.NewPropertyMapFromMap(answer), nil
		}),
	}
}

func adopted() *network.AdoptedNetworkArgs {
	return &network.AdoptedNetworkArgs{
		VpcId: vpc, PrivateSubnetIds: []string{privateB, privateA}, PublicSubnetIds: []string{publicB, publicA},
		Region: "us-east-1", ClusterName: "modelway-test", Tags: map[string]string{"team": "ml"},
	}
}

func adopting(args *network.AdoptedNetworkArgs) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		n, err := network.AdoptNetwork(ctx, "net", args)
		if err != nil {
			return err
		}
		for name, output := range map[string]pulumi.Input{
			"vpc": n.VpcId, "public": n.PublicSubnetIds, "private": n.PrivateSubnetIds, "pod": n.PodSubnetIds, "pods": n.PodSubnets,
		} {
			ctx.Export(name, output)
		}
		if len(n.Egress) > 0 {
			return fmt.Errorf("there are %d resources in Egress", len(n.Egress))
		}
		return nil
	}
}

func TestAdoptedNetwork(t *testing.T) {
	r := recorder.Run(t, adopting(adopted()), existing().options()...)
	require.Len(t, r.Resources, 1, "nothing but the component is registered")
	component := r.Find(t, network.Token, "net")
	require.Equal(t, map[string]any{
		"vpcId": vpc, "region": "us-east-1", "clusterName": "modelway-test", "tags": map[string]any{"team": "ml"},
		"privateSubnetIds": []any{privateB, privateA}, "publicSubnetIds": []any{publicB, publicA},
	}, component.Inputs.Mappable())
	want := map[string]any{"vpc": vpc, "public": []any{publicA, publicB}, "private": []any{privateA, privateB},
		"pod": []any{privateA, privateB}, "pods": map[string]any{}}
	require.Equal(t, want, r.Outputs.Mappable(), "subnets are in the order of their zones")
	require.Equal(t, map[string]any{
		"vpcId": vpc, "publicSubnetIds": want["public"], "privateSubnetIds": want["private"], "podSubnetIds": want["pod"],
		"podSubnets": map[string]any{},
	}, component.Outputs.Mappable())
	require.Len(t, r.Invokes, 5)

	inPreview := recorder.Run(t, adopting(adopted()), append(existing().options(), recorder.WithPreview())...)
	require.Equal(t, want, inPreview.Outputs.Mappable(), "everything is known in a preview")

	private := adopted()
	private.PublicSubnetIds = nil
	r = recorder.Run(t, adopting(private), existing().options()...)
	require.Equal(t, []any{}, r.Outputs["public"].Mappable())
}

func TestTagsThatTheLoadBalancerControllerAccepts(t *testing.T) {
	a := existing()
	a.subnets[privateA]["tags"] = map[string]any{"kubernetes.io/role/internal-elb": "", "kubernetes.io/cluster/modelway-test": "shared",
		"kubernetes.io/cluster/other": "shared"}
	a.subnets[publicA]["tags"] = map[string]any{"kubernetes.io/role/elb": "1", "kubernetes.io/cluster/modelway-test": "owned"}
	recorder.Run(t, adopting(adopted()), a.options()...)
}

func TestFaultsOfAdoptedNetworks(t *testing.T) {
	for want, change := range map[string]func(*account, *network.AdoptedNetworkArgs){
		"PrivateSubnetIds has " + privateA + ", which is in vpc-0123456789abcdef1: name subnets of VpcId " +
			vpc: func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[privateA]["vpcId"] = "vpc-0123456789abcdef1"
		},
		"PublicSubnetIds has " + publicA + ", which is in us-west-2a: name subnets in availability zones of us-east-1": func(a *account,
			_ *network.AdoptedNetworkArgs) {
			a.subnets[publicA]["availabilityZone"] = "us-west-2a"
		},
		"PrivateSubnetIds has " + privateB + ", which is in us-east-1-bos-1a: name subnets in availability zones of us-east-1": func(a *account,
			_ *network.AdoptedNetworkArgs) {
			a.subnets[privateB]["availabilityZone"] = "us-east-1-bos-1a"
		},
		"PrivateSubnetIds has " + privateB + " and " + privateA +
			" in us-east-1a: a load balancer takes one subnet per zone, so name one of them\n" +
			"PrivateSubnetIds is in 1 zone, us-east-1a: EKS and load balancers need at least 2": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[privateB]["availabilityZone"] = "us-east-1a"
		},
		"PublicSubnetIds has " + publicB + " and " + publicA +
			" in us-east-1b: a load balancer takes one subnet per zone, so name one of them\n" +
			"PublicSubnetIds is in 1 zone, us-east-1b: EKS and load balancers need at least 2": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[publicA]["availabilityZone"] = "us-east-1b"
		},
		"PrivateSubnetIds has " + privateA + ", which lacks the tag kubernetes.io/role/internal-elb=1, by which the load balancer controller finds private subnets: add the tag": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[privateA]["tags"] = map[string]any{"kubernetes.io/role/elb": "1"}
		},
		"PublicSubnetIds has " + publicA + ", which lacks the tag kubernetes.io/role/elb=1, by which the load balancer controller finds public subnets: add the tag": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[publicA]["tags"] = map[string]any{"kubernetes.io/role/elb": "0"}
		},
		"PublicSubnetIds has " + publicB + ", which is tagged for cluster a, b only, so that the load balancer controller of modelway-test " +
			"passes it over: " +
			"add the tag kubernetes.io/cluster/modelway-test=shared": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[publicB]["tags"] = map[string]any{"kubernetes.io/role/elb": "1", "kubernetes.io/cluster/b": "shared",
				"kubernetes.io/cluster/a": "owned"}
		},
		"PrivateSubnetIds has " + privateA + ", which has no IPv4 block: name subnets with one": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[privateA]["cidrBlock"] = ""
		},
		"PrivateSubnetIds has " + privateA + ", which gives public addresses (mapPublicIpOnLaunch): name private subnets, or switch that off": func(a *account, _ *network.AdoptedNetworkArgs) {
			a.subnets[privateA]["mapPublicIpOnLaunch"], a.subnets[publicA]["mapPublicIpOnLaunch"] = true, true
		},
		"VpcId " + vpc + " has enableDnsSupport off, without which nodes do not find the cluster: switch it on": func(a *account,
			_ *network.AdoptedNetworkArgs) {
			a.vpc["enableDnsSupport"] = false
		},
		"VpcId " + vpc + " has enableDnsHostnames off, without which nodes do not find the cluster: switch it on": func(a *account,
			_ *network.AdoptedNetworkArgs) {
			a.vpc["enableDnsHostnames"] = false
		},
		"the private subnets are too small: 150 addresses could be taken in one zone, and 10.9.1.0/25 holds 123\n" +
			"  pods: 300, up to 150 in one of 2 zones\n  sum: 300, up to 150 in one of 2 zones\n" +
			"  a /25 has 128 addresses, of which AWS keeps 5: it holds 123\n" +
			"  fix: use private subnets of /24, which hold 251, or larger; or fewer nodes or replicas": func(_ *account,
			args *network.AdoptedNetworkArgs) {
			args.Demand = []netspec.Demand{{What: "pods", Subnets: netspec.Pod, Addresses: 300}}
		},
		"there are no public subnets, but load balancers would take 16 of their addresses: name public subnets in at least 2 zones": func(_ *account, args *network.AdoptedNetworkArgs) {
			args.PublicSubnetIds = nil
			args.Demand = []netspec.Demand{{What: "load balancers", Subnets: netspec.Public, Addresses: 16}}
		},
	} {
		a, args := existing(), adopted()
		change(&a, args)
		r, err := recorder.RunErr(adopting(args), a.options()...)
		requireMessage(t, `checking the VPC of network "net": `+want, err)
		require.Empty(t, r.Resources, "nothing is registered, the component included")
	}
}

func TestFaultsOfAdoptedNetworksAreReportedTogether(t *testing.T) {
	a := existing()
	a.vpc["enableDnsSupport"] = false
	delete(a.subnets, privateA)
	a.subnets[privateB]["vpcId"] = "vpc-00000000"
	a.subnets[publicA]["tags"] = map[string]any{}
	r, err := recorder.RunErr(adopting(adopted()), a.options()...)
	for _, want := range []string{
		"looking up PrivateSubnetIds " + privateA + ":", "no matching EC2 Subnet found", "has enableDnsSupport off", "which is in vpc-00000000",
		"lacks the tag kubernetes.io/role/elb=1",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "zone", "a subnet that is not found is in no zone, which is no fault of the others")
	require.Empty(t, r.Resources)

	a.vpc = nil
	_, err = recorder.RunErr(adopting(adopted()), a.options()...)
	require.ErrorContains(t, err, "looking up VpcId "+vpc+":")
}

func TestFaultsOfTheArgumentsOfAdoptedNetworks(t *testing.T) {
	r, err := recorder.RunErr(adopting(&network.AdoptedNetworkArgs{
		VpcId: "main", PrivateSubnetIds: []string{privateA}, PublicSubnetIds: []string{privateA},
	}), existing().options()...)
	for _, want := range []string{
		`checking network "net": vpcId is "main": not the id of a VPC; allowed: vpc- and 8 or 17 hexadecimal digits`,
		"Region is empty: name the AWS region, for example us-east-1",
		"ClusterName is empty: name the EKS cluster that the subnets are tagged for",
		"privateSubnetIds is [" + privateA + "]: 1 subnets; EKS and Application Load Balancers need two, in two zones",
		"publicSubnetIds is [" + privateA + "]: 1 subnets",
		`privateSubnetIds[0] is "` + privateA + `": among publicSubnetIds as well; allowed: each subnet once`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
	require.Empty(t, r.Invokes)
	args := adopted()
	args.PrivateSubnetIds = []string{privateA, privateA, "subnet-1"}
	_, err = recorder.RunErr(adopting(args), existing().options()...)
	require.ErrorContains(t, err, privateA+" is listed twice; allowed: each item once; remove privateSubnetIds[1]")
	require.ErrorContains(t, err, `privateSubnetIds[2] is "subnet-1": not the id of a subnet; allowed: subnet- and 8 or 17 hexadecimal digits`)
	args.VpcId = ""
	_, err = recorder.RunErr(adopting(args), existing().options()...)
	require.ErrorContains(t, err, "vpcId: missing, but there are subnets of it")
}

// The look-ups use the provider and the parent that the component gets.
func TestLookUpsTakeTheOptionsOfTheComponent(t *testing.T) {
	recorder.Run(t, func(ctx *pulumi.Context) error {
		provider, err := aws.NewProvider(ctx, "account", &aws.ProviderArgs{})
		if err != nil {
			return err
		}
		parent := &pulumi.ResourceState{}
		if err := ctx.RegisterComponentResourceV2("test:index:Parent", "parent", pulumi.Map{}, parent); err != nil {
			return err
		}
		for _, given := range []pulumi.ResourceOption{pulumi.Provider(provider), pulumi.Providers(provider)} {
			lookup, err := network.LookupOptions([]pulumi.ResourceOption{pulumi.Parent(parent), pulumi.Protect(true), given})
			require.NoError(t, err)
			snapshot, err := pulumi.NewInvokeOptions(lookup...)
			require.NoError(t, err)
			require.Equal(t, provider, snapshot.Provider)
			require.Equal(t, pulumi.Resource(parent), snapshot.Parent)
		}
		lookup, err := network.LookupOptions([]pulumi.ResourceOption{pulumi.DependsOn([]pulumi.Resource{parent})})
		require.NoError(t, err)
		require.Empty(t, lookup, "a look-up depends on nothing")
		return nil
	})
}
