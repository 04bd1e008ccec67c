package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/network"
)

// newNatGateways registers the NAT gateways and notes the one that each zone uses. A NAT gateway is deleted before the
// internet gateway and the routes that carry its packets, and an address before the internet gateway, which AWS does
// not detach while addresses are mapped (https://docs.aws.amazon.com/vpc/latest/userguide/delete-igw.html).
func (b *builder) newNatGateways() error {
	way := append([]pulumi.Resource(nil), b.network.Egress...)
	b.nats = map[string]*ec2.NatGateway{}
	for i, home := range network.NatHomes(b.args.NatGateways, len(b.public)) {
		if home != i {
			b.nats[b.public[i].zone] = b.nats[b.public[home].zone]
			continue
		}
		nat, err := b.newNatGateway(b.public[i], way)
		if err != nil {
			return err
		}
		b.nats[b.public[i].zone] = nat
	}
	return nil
}

func (b *builder) newNatGateway(home subnet, way []pulumi.Resource) (*ec2.NatGateway, error) {
	name := network.NatName(b.name, home.zone)
	address, err := ec2.NewEip(b.ctx, name+"-address", &ec2.EipArgs{
		Domain: pulumi.String("vpc"), Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent(), pulumi.DependsOn([]pulumi.Resource{b.gateway}))
	if err != nil {
		return nil, err
	}
	nat, err := ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
		SubnetId: home.subnet.ID(), AllocationId: address.AllocationId, Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent(), pulumi.DependsOn(way))
	if err == nil {
		b.egress(nat)
	}
	return nat, err
}
