package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newNatGateways registers the NAT gateways and returns the one that each zone uses. A NAT gateway is deleted before the
// internet gateway and the routes that carry its packets, and an address before the internet gateway, which AWS does
// not detach while addresses are mapped (https://docs.aws.amazon.com/vpc/latest/userguide/delete-igw.html).
func (b *builder) newNatGateways(gateway *ec2.InternetGateway, public []subnet) (map[string]*ec2.NatGateway, error) {
	way := append([]pulumi.Resource(nil), b.network.Egress...)
	used := map[string]*ec2.NatGateway{}
	for i, home := range natHomes(b.args.NatGateways, len(public)) {
		if home != i {
			used[public[i].zone] = used[public[home].zone]
			continue
		}
		nat, err := b.newNatGateway(gateway, public[i], way)
		if err != nil {
			return nil, err
		}
		used[public[i].zone] = nat
	}
	return used, nil
}

func (b *builder) newNatGateway(gateway *ec2.InternetGateway, home subnet, way []pulumi.Resource) (*ec2.NatGateway, error) {
	name := b.name + "-nat-" + home.zone
	address, err := ec2.NewEip(b.ctx, name+"-address", &ec2.EipArgs{
		Domain: pulumi.String("vpc"), Tags: tagged(b.args.Tags, name, nil),
	}, b.parent(), pulumi.DependsOn([]pulumi.Resource{gateway}))
	if err != nil {
		return nil, err
	}
	nat, err := ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
		SubnetId: home.subnet.ID(), AllocationId: address.AllocationId, Tags: tagged(b.args.Tags, name, nil),
	}, b.parent(), pulumi.DependsOn(way))
	if err == nil {
		b.egress(nat)
	}
	return nat, err
}

// newS3Endpoint keeps traffic to S3, image layers among it, off the NAT gateways. Gateway endpoints are free
// (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html).
func (b *builder) newS3Endpoint(vpc *ec2.Vpc, public, private []subnet) error {
	tables := pulumi.StringArray{public[0].table.ID()}
	for _, s := range private {
		tables = append(tables, s.table.ID())
	}
	name := b.name + "-s3"
	endpoint, err := ec2.NewVpcEndpoint(b.ctx, name, &ec2.VpcEndpointArgs{
		VpcId: vpc.ID(), VpcEndpointType: pulumi.String("Gateway"), ServiceName: pulumi.String("com.amazonaws." + b.args.Region + ".s3"),
		RouteTableIds: tables, Tags: tagged(b.args.Tags, name, nil),
	}, b.parent())
	if err == nil {
		b.egress(endpoint)
	}
	return err
}
