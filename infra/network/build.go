package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// anywhere is the destination of a default route.
const anywhere = "0.0.0.0/0"

// builder registers the children of one network.
type builder struct {
	ctx     *pulumi.Context
	network *Network
	name    string
	args    *NetworkArgs
	plan    Plan
}

func (b *builder) parent() pulumi.ResourceOption { return pulumi.Parent(b.network) }

func (b *builder) egress(resources ...pulumi.Resource) {
	b.network.Egress = append(b.network.Egress, resources...)
}

func (b *builder) newVpc() (*ec2.Vpc, error) {
	name := b.name + "-vpc"
	return ec2.NewVpc(b.ctx, name, &ec2.VpcArgs{
		CidrBlock: pulumi.String(b.plan.Vpc.String()),
		// Fargate and private cluster endpoints need both
		// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               tagged(b.args.Tags, name, nil),
	}, b.parent())
}

func (b *builder) newInternetGateway(vpc *ec2.Vpc) (*ec2.InternetGateway, error) {
	name := b.name + "-igw"
	gateway, err := ec2.NewInternetGateway(b.ctx, name, &ec2.InternetGatewayArgs{
		VpcId: vpc.ID(),
		Tags:  tagged(b.args.Tags, name, nil),
	}, b.parent())
	if err == nil {
		b.egress(gateway)
	}
	return gateway, err
}

// newPublicSubnets registers the subnets that share one route table, whose default route is the internet gateway.
func (b *builder) newPublicSubnets(vpc *ec2.Vpc, gateway *ec2.InternetGateway) ([]subnet, error) {
	table, err := b.newRouteTable(vpc, "public")
	if err != nil {
		return nil, err
	}
	route, err := ec2.NewRoute(b.ctx, b.name+"-public-route", &ec2.RouteArgs{
		RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String(anywhere), GatewayId: gateway.ID(),
	}, b.parent())
	if err != nil {
		return nil, err
	}
	b.egress(route)
	var subnets []subnet
	for i, zone := range b.args.Zones {
		s, err := b.newSubnet(vpc, table, "public", zone, b.plan.Public[i])
		if err != nil {
			return nil, err
		}
		subnets = append(subnets, s)
	}
	return subnets, nil
}

// newPrivateSubnets registers subnets with a route table each, so that going from one NAT gateway to one per zone changes
// routes and nothing else. Without a NAT gateway they have no default route.
func (b *builder) newPrivateSubnets(vpc *ec2.Vpc, nats map[string]*ec2.NatGateway) ([]subnet, error) {
	var subnets []subnet
	for i, zone := range b.args.Zones {
		table, err := b.newRouteTable(vpc, "private-"+zone)
		if err != nil {
			return nil, err
		}
		if nat := nats[zone]; nat != nil {
			route, err := ec2.NewRoute(b.ctx, b.name+"-private-"+zone+"-route", &ec2.RouteArgs{
				RouteTableId: table.ID(), DestinationCidrBlock: pulumi.String(anywhere), NatGatewayId: nat.ID(),
			}, b.parent())
			if err != nil {
				return nil, err
			}
			b.egress(route)
		}
		s, err := b.newSubnet(vpc, table, "private", zone, b.plan.Private[i])
		if err != nil {
			return nil, err
		}
		subnets = append(subnets, s)
	}
	return subnets, nil
}

func (b *builder) newRouteTable(vpc *ec2.Vpc, suffix string) (*ec2.RouteTable, error) {
	name := b.name + "-" + suffix
	return ec2.NewRouteTable(b.ctx, name, &ec2.RouteTableArgs{VpcId: vpc.ID(), Tags: tagged(b.args.Tags, name, nil)}, b.parent())
}

// roleTags are how the load balancer controller finds subnets
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/).
var roleTags = map[string]string{"public": "kubernetes.io/role/elb", "private": "kubernetes.io/role/internal-elb"}

func (b *builder) newSubnet(vpc *ec2.Vpc, table *ec2.RouteTable, kind, zone string, cidr netip.Prefix) (subnet, error) {
	name := b.name + "-" + kind + "-" + zone
	s := subnet{zone: zone, table: table}
	var err error
	s.subnet, err = ec2.NewSubnet(b.ctx, name, &ec2.SubnetArgs{
		VpcId: vpc.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.String(cidr.String()),
		Tags: tagged(b.args.Tags, name, map[string]string{
			roleTags[kind]: "1", "kubernetes.io/cluster/" + b.args.ClusterName: "shared",
		}),
	}, b.parent())
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
