// Package network creates the VPC that an EKS cluster runs in: public, private and pod subnets in each availability zone,
// the ways out of them, VPC endpoints and flow logs. It can use an existing VPC instead.
package network

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/network"
)

// Token is the component's type token.
const Token = "modelway:network:Network"

// NetworkArgs describe a network. All but the bucket of the flow logs are plain values, because they decide which resources
// exist.
type NetworkArgs struct {
	// Cidr is the IPv4 block of the VPC, /16 to /20, for example 10.0.0.0/16. Required.
	Cidr string
	// PodCidr is a second IPv4 block of the VPC, /16 to /20, for example 100.64.0.0/16, with a subnet for pods in each zone.
	// Which blocks AWS takes beside Cidr is in the comment of NewPlan. Default none: pods take addresses of the private
	// subnets.
	PodCidr string
	// Region is the AWS region. Required.
	Region string
	// Zones are the names of two to six availability zones of the region, for example us-east-1a. Their order fixes the
	// address blocks: append zones, never insert or reorder them. Required.
	Zones []string
	// NatGateways is NatNone, NatSingle or NatPerZone. Required.
	NatGateways string
	// InterfaceEndpoints are the AWS services that the VPC reaches through an interface endpoint, named as AWS names them after
	// the region, for example ecr.api; EndpointServices gives those of a set. Each has an hourly price per zone. The
	// gateway endpoint of s3 is free and always there. Default none.
	InterfaceEndpoints []string
	// FlowLogs say what becomes of the records of the VPC's traffic. Default none are made.
	FlowLogs FlowLogs
	// ClusterName is the EKS cluster that the subnets are tagged for. Required.
	ClusterName string
	// Protect marks the VPC and its subnets with Pulumi's protect option: a destroy or a replacement is refused until the
	// option is off and applied. Default false.
	Protect bool
	// Tags are put on every taggable child. Default none.
	Tags map[string]string
}

// Network is a VPC with its subnets and routes.
type Network struct {
	pulumi.ResourceState

	// VpcId is the id of the VPC.
	VpcId pulumi.StringOutput
	// PublicSubnetIds and PrivateSubnetIds are in the order of NetworkArgs.Zones, and of the zones' names in an adopted
	// network.
	PublicSubnetIds, PrivateSubnetIds pulumi.StringArrayOutput
	// PublicCidrs and PrivateCidrs are the IPv4 blocks of those subnets, in the same order.
	PublicCidrs, PrivateCidrs []string
	// PodSubnetIds are the subnets that pods take addresses of, in the same order: PrivateSubnetIds where there is no PodCidr.
	PodSubnetIds pulumi.StringArrayOutput
	// PodSubnets are the ids of the pod subnets by the names of their zones; empty where there is no PodCidr.
	PodSubnets pulumi.StringMapOutput
	// Egress is all that packets pass on their way in and out: internet gateway, NAT gateways, routes, route table
	// associations and endpoints. What must work until it is deleted depends on Egress. It is empty in an adopted network.
	Egress []pulumi.Resource
}

// NewNetwork registers a network.
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	if err := args.Validate(); err != nil {
		return nil, fmt.Errorf("checking network %q: %w", name, err)
	}
	plan, err := network.NewPlan(args.Cidr, args.PodCidr, len(args.Zones))
	if err != nil {
		return nil, fmt.Errorf("checking network %q: %w", name, err)
	}
	n := &Network{}
	if err := ctx.RegisterComponentResourceV2(Token, name, args.inputs(), n, opts...); err != nil {
		return nil, fmt.Errorf("registering %q: %w", name, err)
	}
	b := &builder{ctx: ctx, network: n, name: name, args: args, plan: plan}
	for _, step := range []struct {
		noun     string
		register func() error
	}{
		{"VPC", b.newVpc},
		{"public subnets", b.newPublicSubnets},
		{"NAT gateways", b.newNatGateways},
		{"private subnets", b.newPrivateSubnets},
		{"pod subnets", b.newPodSubnets},
		{"endpoints", b.newEndpoints},
		{"flow log", b.newFlowLog},
	} {
		if err := step.register(); err != nil {
			return nil, fmt.Errorf("registering the %s of %q: %w", step.noun, name, err)
		}
	}
	b.publish()
	return n, n.registerOutputs(ctx)
}

func (a *NetworkArgs) inputs() pulumi.Map {
	return pulumi.Map{
		"cidr": pulumi.String(a.Cidr), "podCidr": pulumi.String(a.PodCidr),
		"region": pulumi.String(a.Region), "zones": pulumi.ToStringArray(a.Zones),
		"natGateways": pulumi.String(a.NatGateways), "interfaceEndpoints": pulumi.ToStringArray(a.InterfaceEndpoints),
		"flowLogs":    pulumi.Map{"destination": pulumi.String(a.FlowLogs.destination()), "retentionDays": pulumi.Int(a.FlowLogs.RetentionDays)},
		"clusterName": pulumi.String(a.ClusterName), "protect": pulumi.Bool(a.Protect), "tags": pulumi.ToStringMap(a.Tags),
	}
}

func (n *Network) registerOutputs(ctx *pulumi.Context) error {
	return ctx.RegisterResourceOutputs(n, pulumi.Map{
		"vpcId": n.VpcId, "publicSubnetIds": n.PublicSubnetIds, "privateSubnetIds": n.PrivateSubnetIds,
		"podSubnetIds": n.PodSubnetIds, "podSubnets": n.PodSubnets,
	})
}
