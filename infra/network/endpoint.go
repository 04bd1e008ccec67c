package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/network"
)

// newEndpoints registers the gateway endpoint of S3 and the interface endpoints.
func (b *builder) newEndpoints() error {
	if err := b.newS3Endpoint(); err != nil || len(b.args.InterfaceEndpoints) == 0 {
		return err
	}
	group, err := b.newEndpointGroup()
	if err != nil {
		return err
	}
	for _, service := range b.args.InterfaceEndpoints {
		if err := b.newInterfaceEndpoint(service, group); err != nil {
			return err
		}
	}
	return nil
}

// newS3Endpoint keeps traffic to S3, image layers among it, off the NAT gateways. Gateway endpoints are free
// (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html). Pod subnets have the route tables of the
// private ones.
func (b *builder) newS3Endpoint() error {
	tables := pulumi.StringArray{b.public[0].table.ID()}
	for _, s := range b.private {
		tables = append(tables, s.table.ID())
	}
	name := b.name + "-s3"
	endpoint, err := ec2.NewVpcEndpoint(b.ctx, name, &ec2.VpcEndpointArgs{
		VpcId: b.vpc.ID(), VpcEndpointType: pulumi.String("Gateway"), ServiceName: pulumi.String(network.GatewayServiceName(b.args.Region, "s3")),
		RouteTableIds: tables, Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent())
	if err == nil {
		b.egress(endpoint)
	}
	return err
}

// newEndpointGroup registers the security group of all interface endpoints. They answer on 443 and open no connections, so
// that the group has no rules for egress.
func (b *builder) newEndpointGroup() (*ec2.SecurityGroup, error) {
	var blocks pulumi.StringArray
	for _, block := range b.plan.Blocks() {
		blocks = append(blocks, pulumi.String(block.String()))
	}
	name := b.name + "-endpoints"
	return ec2.NewSecurityGroup(b.ctx, name, &ec2.SecurityGroupArgs{
		VpcId:       b.vpc.ID(),
		Description: pulumi.String("Interface endpoints of the VPC"),
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Description: pulumi.String("HTTPS from the VPC"), Protocol: pulumi.String("tcp"),
			FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), CidrBlocks: blocks,
		}},
		Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent())
}

// newInterfaceEndpoint registers the endpoint of a service in all private subnets. Its private name is the one that SDKs use
// anyway, so that nothing else has to be set. The endpoint's policy stays AWS's default, which allows everything that IAM
// does: the images of EKS add-ons are in accounts of AWS, and service accounts come to STS before they have a principal.
func (b *builder) newInterfaceEndpoint(service string, group *ec2.SecurityGroup) error {
	name := b.name + "-endpoint-" + service
	endpoint, err := ec2.NewVpcEndpoint(b.ctx, name, &ec2.VpcEndpointArgs{
		VpcId: b.vpc.ID(), VpcEndpointType: pulumi.String("Interface"), ServiceName: pulumi.String(network.InterfaceServiceName(b.args.Region,
			service)),
		SubnetIds: ids(b.private), SecurityGroupIds: pulumi.StringArray{group.ID()}, PrivateDnsEnabled: pulumi.Bool(true),
		Tags: pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent())
	if err == nil {
		b.egress(endpoint)
	}
	return err
}
