// Package network creates the VPC that an EKS cluster runs in: public and private subnets in each availability zone, the
// ways out of them, and a gateway endpoint for S3.
package network

import (
	"fmt"
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Token is the component's type token.
const Token = "modelway:network:Network"

// NetworkArgs describe a network. All are plain values, because they decide which resources exist.
type NetworkArgs struct {
	// Cidr is the IPv4 block of the VPC, /16 to /20, for example 10.0.0.0/16. Required.
	Cidr string
	// Region is the AWS region. Required.
	Region string
	// Zones are the names of two to six availability zones of the region, for example us-east-1a. Their order fixes the
	// address blocks: append zones, never insert or reorder them. Required.
	Zones []string
	// NatGateways is NatNone, NatSingle or NatPerZone. Required.
	NatGateways string
	// ClusterName is the EKS cluster that the subnets are tagged for. Required.
	ClusterName string
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// Network is a VPC with its subnets and routes.
type Network struct {
	pulumi.ResourceState

	// VpcId is the id of the VPC.
	VpcId pulumi.StringOutput
	// PublicSubnetIds and PrivateSubnetIds are in the order of NetworkArgs.Zones.
	PublicSubnetIds, PrivateSubnetIds pulumi.StringArrayOutput
	// Egress is all that packets pass on their way in and out: internet gateway, NAT gateways, routes, route table
	// associations and the S3 endpoint. What must work until it is deleted depends on Egress.
	Egress []pulumi.Resource
}

// subnet is one subnet and what routes its packets.
type subnet struct {
	zone        string
	subnet      *ec2.Subnet
	association *ec2.RouteTableAssociation
	table       *ec2.RouteTable
}

// NewNetwork registers a network.
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("checking network %q: %w", name, err)
	}
	plan, err := NewPlan(args.Cidr, len(args.Zones))
	if err != nil {
		return nil, fmt.Errorf("checking network %q: %w", name, err)
	}
	n := &Network{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), n, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	b := builder{ctx: ctx, network: n, name: name, args: args, plan: plan}
	vpc, err := b.newVpc()
	if err != nil {
		return nil, fmt.Errorf("registering the VPC of %q: %w", name, err)
	}
	gateway, err := b.newInternetGateway(vpc)
	if err != nil {
		return nil, fmt.Errorf("registering the internet gateway of %q: %w", name, err)
	}
	public, err := b.newPublicSubnets(vpc, gateway)
	if err != nil {
		return nil, fmt.Errorf("registering the public subnets of %q: %w", name, err)
	}
	nats, err := b.newNatGateways(gateway, public)
	if err != nil {
		return nil, fmt.Errorf("registering the NAT gateways of %q: %w", name, err)
	}
	private, err := b.newPrivateSubnets(vpc, nats)
	if err != nil {
		return nil, fmt.Errorf("registering the private subnets of %q: %w", name, err)
	}
	if err := b.newS3Endpoint(vpc, public, private); err != nil {
		return nil, fmt.Errorf("registering the S3 endpoint of %q: %w", name, err)
	}
	n.VpcId = vpc.ID().ToStringOutput()
	n.PublicSubnetIds, n.PrivateSubnetIds = ids(public), ids(private)
	return n, ctx.RegisterResourceOutputs(n, pulumi.Map{
		"vpcId": n.VpcId, "publicSubnetIds": n.PublicSubnetIds, "privateSubnetIds": n.PrivateSubnetIds,
	})
}

func (a *NetworkArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"cidr": pulumi.String(a.Cidr), "region": pulumi.String(a.Region), "zones": pulumi.ToStringArray(a.Zones),
		"natGateways": pulumi.String(a.NatGateways), "clusterName": pulumi.String(a.ClusterName), "tags": pulumi.ToStringMap(a.Tags),
	}
}

func ids(subnets []subnet) pulumi.StringArrayOutput {
	var all pulumi.StringArray
	for _, s := range subnets {
		all = append(all, s.subnet.ID().ToStringOutput())
	}
	return all.ToStringArrayOutput()
}

// tagged adds a Name and further tags to the common ones.
func tagged(common map[string]string, name string, more map[string]string) pulumi.StringMap {
	all := maps.Clone(common)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, more)
	all["Name"] = name
	return pulumi.ToStringMap(all)
}
