package network

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/network"
)

// AdoptedNetworkArgs name a VPC that others made. All are plain values, because the VPC is looked up before anything is
// registered.
type AdoptedNetworkArgs struct {
	// VpcId is the id of the VPC, which has DNS support and DNS host names on. Required.
	VpcId string
	// PrivateSubnetIds are the ids of the subnets of nodes, pods and internal load balancers: one per zone, in at least two
	// zones, with a way to AWS and the tag kubernetes.io/role/internal-elb=1. Required.
	PrivateSubnetIds []string
	// PublicSubnetIds are the ids of the subnets of internet-facing load balancers: one per zone, in at least two zones, with the
	// tag kubernetes.io/role/elb=1. Default none.
	PublicSubnetIds []string
	// Region is the AWS region. Required.
	Region string
	// ClusterName is the EKS cluster that uses the subnets. Subnets with a tag kubernetes.io/cluster/<name> for other clusters
	// need one for it too, or the load balancer controller passes them over. Required.
	ClusterName string
	// Demand is the addresses that are taken of the subnets at their largest. What others take of the same subnets is not
	// known here. Default none.
	Demand []network.Demand
	// Tags are kept with the component only: no AWS resource of others is changed. Default none.
	Tags map[string]string
}

// AdoptNetwork registers a network that consists of an existing VPC and subnets. It looks them up first and refuses those on
// which a cluster or its load balancers would fail.
func AdoptNetwork(ctx *pulumi.Context, name string, args *AdoptedNetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("checking network %q: %w", name, err)
	}
	lookup, err := lookupOptions(opts)
	if err != nil {
		return nil, fmt.Errorf("reading the options of network %q: %w", name, err)
	}
	found := args.find(ctx, lookup)
	if err := found.check(args); err != nil {
		return nil, fmt.Errorf("checking the VPC of network %q: %w", name, err)
	}
	n := &Network{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), n, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	n.VpcId = pulumi.String(args.VpcId).ToStringOutput()
	n.PublicSubnetIds, n.PrivateSubnetIds = idsByZone(found.public), idsByZone(found.private)
	n.PublicCidrs, n.PrivateCidrs = cidrsByZone(found.public), cidrsByZone(found.private)
	n.PodSubnetIds, n.PodSubnets = n.PrivateSubnetIds, pulumi.StringMap{}.ToStringMapOutput()
	return n, n.registerOutputs(ctx)
}

func (a *AdoptedNetworkArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"vpcId": pulumi.String(a.VpcId), "region": pulumi.String(a.Region), "clusterName": pulumi.String(a.ClusterName),
		"privateSubnetIds": pulumi.ToStringArray(a.PrivateSubnetIds), "publicSubnetIds": pulumi.ToStringArray(a.PublicSubnetIds),
		"tags": pulumi.ToStringMap(a.Tags),
	}
}

// find looks up the VPC and its subnets.
func (a *AdoptedNetworkArgs) find(ctx *pulumi.Context, lookup []pulumi.InvokeOption) found {
	var f found
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Id: &a.VpcId}, lookup...)
	if err != nil {
		f.lost = append(f.lost, fmt.Errorf("looking up VpcId %s: %w", a.VpcId, err))
	} else {
		f.vpc = &foundVpc{dnsSupport: vpc.EnableDnsSupport, dnsHostnames: vpc.EnableDnsHostnames}
	}
	for _, list := range []struct {
		kind  string
		ids   []string
		found *[]foundSubnet
	}{{network.Private, a.PrivateSubnetIds, &f.private}, {network.Public, a.PublicSubnetIds, &f.public}} {
		for _, id := range list.ids {
			s, err := ec2.LookupSubnet(ctx, &ec2.LookupSubnetArgs{Id: &id}, lookup...)
			if err != nil {
				f.lost = append(f.lost, fmt.Errorf("looking up %s %s: %w", inputOf[list.kind], id, err))
				continue
			}
			*list.found = append(*list.found, foundSubnet{
				id: id, vpc: s.VpcId, zone: s.AvailabilityZone, block: s.CidrBlock, givesPublicAddresses: s.MapPublicIpOnLaunch, tags: s.Tags,
			})
		}
	}
	return f
}

// lookupOptions are the options of a resource as those of a provider function: its parent, and the AWS provider.
func lookupOptions(opts []pulumi.ResourceOption) ([]pulumi.InvokeOption, error) {
	given, err := pulumi.NewResourceOptions(opts...)
	if err != nil {
		return nil, err
	}
	var lookup []pulumi.InvokeOption
	if given.Parent != nil {
		lookup = append(lookup, pulumi.Parent(given.Parent))
	}
	for _, provider := range given.Providers {
		if _, ok := provider.(*aws.Provider); ok {
			lookup = append(lookup, pulumi.Provider(provider))
		}
	}
	return lookup, nil
}

func idsByZone(subnets []foundSubnet) pulumi.StringArrayOutput {
	var all []string
	for _, s := range sortedByZone(subnets) {
		all = append(all, s.id)
	}
	return pulumi.ToStringArray(all).ToStringArrayOutput()
}

func cidrsByZone(subnets []foundSubnet) []string {
	var all []string
	for _, s := range sortedByZone(subnets) {
		all = append(all, s.block)
	}
	return all
}
