package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/network"
)

// builder registers the children of one network, and keeps those that later steps use.
type builder struct {
	ctx     *pulumi.Context
	network *Network
	name    string
	args    *NetworkArgs
	plan    network.Plan

	vpc     *ec2.Vpc
	gateway *ec2.InternetGateway
	// public, private and pods are in the order of the zones; pods is empty without a PodCidr.
	public, private, pods []subnet
	// nats are the NAT gateways by the zones that use them.
	nats map[string]*ec2.NatGateway
}

func (b *builder) parent() pulumi.ResourceOption { return pulumi.Parent(b.network) }

// kept are the options of what NetworkArgs.Protect keeps. Without it the parent's protection is inherited.
func (b *builder) kept(more ...pulumi.ResourceOption) pulumi.ResourceOption {
	if b.args.Protect {
		more = append(more, pulumi.Protect(true))
	}
	return pulumi.Composite(append(more, b.parent())...)
}

func (b *builder) egress(resources ...pulumi.Resource) {
	b.network.Egress = append(b.network.Egress, resources...)
}

// newVpc registers the VPC, its internet gateway and its default security group.
func (b *builder) newVpc() (err error) {
	name := b.name + "-vpc"
	b.vpc, err = ec2.NewVpc(b.ctx, name, &ec2.VpcArgs{
		CidrBlock: pulumi.String(b.plan.Vpc.String()),
		// Fargate, private cluster endpoints and the private names of interface endpoints need both
		// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true),
		Tags:               pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.kept())
	if err != nil {
		return err
	}
	name = b.name + "-igw"
	b.gateway, err = ec2.NewInternetGateway(b.ctx, name, &ec2.InternetGatewayArgs{
		VpcId: b.vpc.ID(),
		Tags:  pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent())
	if err != nil {
		return err
	}
	b.egress(b.gateway)
	return b.closeDefaultGroup()
}

// closeDefaultGroup takes over the security group that comes with the VPC, which nothing here uses, and takes its rules away: what is
// started without a group gets this one, and its members could reach each other and everything
// (https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html). It goes with the VPC.
func (b *builder) closeDefaultGroup() error {
	name := b.name + "-default-group"
	_, err := ec2.NewDefaultSecurityGroup(b.ctx, name, &ec2.DefaultSecurityGroupArgs{
		VpcId: b.vpc.ID(),
		Tags:  pulumi.ToStringMap(naming.Tagged(b.args.Tags, name, nil)),
	}, b.parent())
	return err
}

// publish makes the outputs of the network.
func (b *builder) publish() {
	n := b.network
	n.VpcId = b.vpc.ID().ToStringOutput()
	n.PublicSubnetIds, n.PrivateSubnetIds = ids(b.public), ids(b.private)
	n.PublicCidrs, n.PrivateCidrs = texts(b.plan.Public), texts(b.plan.Private)
	n.PodSubnetIds = n.PrivateSubnetIds
	if len(b.pods) > 0 {
		n.PodSubnetIds = ids(b.pods)
	}
	byZone := pulumi.StringMap{}
	for _, s := range b.pods {
		byZone[s.zone] = s.subnet.ID().ToStringOutput()
	}
	n.PodSubnets = byZone.ToStringMapOutput()
}

func texts(blocks []netip.Prefix) []string {
	all := make([]string, 0, len(blocks))
	for _, block := range blocks {
		all = append(all, block.String())
	}
	return all
}
