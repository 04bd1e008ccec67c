package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/network"
)

// anywhere is the destination of a default route.
const anywhere = "0.0.0.0/0"

// subnet is one subnet and what routes its packets.
type subnet struct {
	zone        string
	subnet      *ec2.Subnet
	association *ec2.RouteTableAssociation
	table       *ec2.RouteTable
}

// newPublicSubnets registers the subnets that share one route table, whose default route is the internet gateway.
func (b *builder) newPublicSubnets() error {
	table, err := b.newRouteTable("public")
	if err != nil {
		return err
	}
	route, err := ec2.NewRoute(b.ctx, b.name+"-public-route", &ec2.RouteArgs{
		RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String(anywhere), GatewayId: b.gateway.ID(),
	}, b.parent())
	if err != nil {
		return err
	}
	b.egress(route)
	for i, zone := range b.args.Zones {
		s, err := b.newSubnet(table, network.Public, zone, b.plan.Public[i])
		if err != nil {
			return err
		}
		b.public = append(b.public, s)
	}
	return nil
}

// newPrivateSubnets registers subnets with a route table each, so that going from one NAT gateway to one per zone changes
// routes and nothing else. Without a NAT gateway they have no default route.
func (b *builder) newPrivateSubnets() error {
	for i, zone := range b.args.Zones {
		table, err := b.newRouteTable("private-" + zone)
		if err != nil {
			return err
		}
		if nat := b.nats[zone]; nat != nil {
			route, err := ec2.NewRoute(b.ctx, b.name+"-private-"+zone+"-route", &ec2.RouteArgs{
				RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String(anywhere), NatGatewayId: nat.ID(),
			}, b.parent())
			if err != nil {
				return err
			}
			b.egress(route)
		}
		s, err := b.newSubnet(table, network.Private, zone, b.plan.Private[i])
		if err != nil {
			return err
		}
		b.private = append(b.private, s)
	}
	return nil
}

// newPodSubnets registers the second block of the VPC and a subnet of it in each zone, which leaves by the route table of the
// zone's private subnet. AWS makes no subnet in a block that is not associated, and does not take a block away from a VPC
// that has subnets in it (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html).
func (b *builder) newPodSubnets() error {
	if len(b.plan.Pods) == 0 {
		return nil
	}
	block, err := ec2.NewVpcIpv4CidrBlockAssociation(b.ctx, b.name+"-pod-cidr", &ec2.VpcIpv4CidrBlockAssociationArgs{
		VpcId: b.vpc.ID(), CidrBlock: pulumi.String(b.plan.PodVpc.String()),
	}, b.kept())
	if err != nil {
		return err
	}
	for i, zone := range b.args.Zones {
		s, err := b.newSubnet(b.private[i].table, network.Pod, zone, b.plan.Pods[i], pulumi.DependsOn([]pulumi.Resource{block}))
		if err != nil {
			return err
		}
		b.pods = append(b.pods, s)
	}
	return nil
}

func (b *builder) newRouteTable(suffix string) (*ec2.RouteTable, error) {
	name := b.name + "-" + suffix
	return ec2.NewRouteTable(b.ctx, name, &ec2.RouteTableArgs{VpcId: b.vpc.ID(), Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name,
		nil))}, b.parent())
}

func (b *builder) newSubnet(table *ec2.RouteTable, kind, zone string, cidr netip.Prefix, opts ...pulumi.ResourceOption) (subnet, error) {
	name := network.SubnetName(b.name, kind, zone)
	s := subnet{zone: zone, table: table}
	var err error
	s.subnet, err = ec2.NewSubnet(b.ctx, name, &ec2.SubnetArgs{
		VpcId: b.vpc.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.String(cidr.String()),
		Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, network.DiscoveryTags(kind, b.args.ClusterName))),
	}, b.kept(opts...))
	if err != nil {
		return s, err
	}
	s.association, err = ec2.NewRouteTableAssociation(b.ctx, name+"-association", &ec2.RouteTableAssociationArgs{
		SubnetId: s.subnet.ID(), RouteTableId: table.ID(),
	}, b.parent())
	if err == nil {
		b.egress(s.association)
	}
	return s, err
}

func ids(subnets []subnet) pulumi.StringArrayOutput {
	var all pulumi.StringArray
	for _, s := range subnets {
		all = append(all, s.subnet.ID().ToStringOutput())
	}
	return all.ToStringArrayOutput()
}
