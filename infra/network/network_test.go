package network_test

import (
	"testing"

	"github.com/modelway/modelway/infra/network"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	vpcType         = "aws:ec2/vpc:Vpc"
	subnetType      = "aws:ec2/subnet:Subnet"
	gatewayType     = "aws:ec2/internetGateway:InternetGateway"
	natType         = "aws:ec2/natGateway:NatGateway"
	eipType         = "aws:ec2/eip:Eip"
	routeType       = "aws:ec2/route:Route"
	tableType       = "aws:ec2/routeTable:RouteTable"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	endpointType    = "aws:ec2/vpcEndpoint:VpcEndpoint"
)

func args(nat string, zones ...string) *network.NetworkArgs {
	return &network.NetworkArgs{
		Cidr: "10.0.0.0/16", Region: "us-east-1", Zones: zones, NatGateways: nat, ClusterName: "modelway-test",
		Tags: map[string]string{"team": "ml"},
	}
}

func program(args *network.NetworkArgs) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		n, err := network.NewNetwork(ctx, "net", args)
		if err != nil {
			return err
		}
		ctx.Export("public", n.PublicSubnetIds)
		ctx.Export("private", n.PrivateSubnetIds)
		ctx.Export("vpc", n.VpcId)
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(n.Egress))
	}
}

func TestURNs(t *testing.T) {
	for _, nat := range network.NatGateways() {
		r := recorder.Run(t, program(args(nat, "us-east-1a", "us-east-1b")))
		recorder.Golden(t, "testdata/urns-"+nat+".txt", r.URNLines())
	}
}

func TestVpcAndSubnets(t *testing.T) {
	r := recorder.Run(t, program(args(network.NatSingle, "us-east-1a", "us-east-1b")))
	component := r.Find(t, network.Token, "net")
	require.Equal(t, []any{"us-east-1a", "us-east-1b"}, component.Input("zones"))
	require.Equal(t, "single", component.Input("natGateways"))

	vpc := r.Find(t, vpcType, "net-vpc")
	require.Equal(t, "10.0.0.0/16", vpc.Input("cidrBlock"))
	require.Equal(t, true, vpc.Input("enableDnsSupport"))
	require.Equal(t, true, vpc.Input("enableDnsHostnames"))

	for name, want := range map[string][3]string{
		"net-public-us-east-1a":  {"us-east-1a", "10.0.192.0/22", "kubernetes.io/role/elb"},
		"net-public-us-east-1b":  {"us-east-1b", "10.0.196.0/22", "kubernetes.io/role/elb"},
		"net-private-us-east-1a": {"us-east-1a", "10.0.0.0/19", "kubernetes.io/role/internal-elb"},
		"net-private-us-east-1b": {"us-east-1b", "10.0.32.0/19", "kubernetes.io/role/internal-elb"},
	} {
		subnet := r.Find(t, subnetType, name)
		require.Equal(t, want[0], subnet.Input("availabilityZone"))
		require.Equal(t, want[1], subnet.Input("cidrBlock"))
		require.Nil(t, subnet.Input("mapPublicIpOnLaunch"), "nothing gets a public address by itself")
		require.Equal(t, map[string]any{
			"Name": name, "team": "ml", want[2]: "1", "kubernetes.io/cluster/modelway-test": "shared",
		}, subnet.Input("tags"))
		require.Equal(t, vpc.ID, subnet.Input("vpcId"))
	}
	private := []any{r.Find(t, subnetType, "net-private-us-east-1a").ID, r.Find(t, subnetType, "net-private-us-east-1b").ID}
	require.Equal(t, private, r.Outputs["private"].Mappable())
	require.Equal(t, private, component.Outputs["privateSubnetIds"].Mappable())
	require.Equal(t, vpc.ID, r.Outputs["vpc"].Mappable())
	for _, child := range r.Children(component.URN) {
		if _, taggable := child.Inputs["tags"]; taggable {
			require.Equal(t, "ml", child.Input("tags.team"), child.Name)
		}
	}
	require.Len(t, r.Children(component.URN), len(r.Resources)-2, "every resource but the component and its user is a child")
}

func TestRoutes(t *testing.T) {
	r := recorder.Run(t, program(args(network.NatPerZone, "us-east-1a", "us-east-1b")))
	gateway := r.Find(t, gatewayType, "net-igw")
	public := r.Find(t, routeType, "net-public-route")
	require.Equal(t, "0.0.0.0/0", public.Input("destinationCidrBlock"))
	require.Equal(t, gateway.ID, public.Input("gatewayId"))
	for _, zone := range []string{"us-east-1a", "us-east-1b"} {
		nat := r.Find(t, natType, "net-nat-"+zone)
		require.Equal(t, r.Find(t, subnetType, "net-public-"+zone).ID, nat.Input("subnetId"))
		require.Equal(t, r.Find(t, eipType, "net-nat-"+zone+"-address").ID, nat.Input("allocationId"))
		route := r.Find(t, routeType, "net-private-"+zone+"-route")
		require.Equal(t, nat.ID, route.Input("natGatewayId"), "each zone leaves through its own NAT gateway")
		require.Equal(t, "0.0.0.0/0", route.Input("destinationCidrBlock"))
		association := r.Find(t, associationType, "net-private-"+zone+"-association")
		require.Equal(t, r.Find(t, tableType, "net-private-"+zone).ID, association.Input("routeTableId"))
		require.Equal(t, r.Find(t, subnetType, "net-private-"+zone).ID, association.Input("subnetId"))
	}
	endpoint := r.Find(t, endpointType, "net-s3")
	require.Equal(t, "com.amazonaws.us-east-1.s3", endpoint.Input("serviceName"))
	require.Equal(t, "Gateway", endpoint.Input("vpcEndpointType"))
	require.Len(t, endpoint.Input("routeTableIds"), 3, "the public route table and one per private subnet")
}

func TestNatModes(t *testing.T) {
	zones := []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	none := recorder.Run(t, program(args(network.NatNone, zones...)))
	require.Empty(t, none.OfType(natType))
	require.Empty(t, none.OfType(eipType))
	require.Len(t, none.OfType(routeType), 1)
	require.Len(t, none.OfType(endpointType), 1)

	single := recorder.Run(t, program(args(network.NatSingle, zones...)))
	require.Len(t, single.OfType(natType), 1)
	nat := single.Find(t, natType, "net-nat-us-east-1a")
	for _, zone := range zones {
		require.Equal(t, nat.ID, single.Find(t, routeType, "net-private-"+zone+"-route").Input("natGatewayId"))
	}
	perZone := recorder.Run(t, program(args(network.NatPerZone, zones...)))
	require.Subset(t, perZone.URNs(), single.URNs(), "more NAT gateways rename nothing")
	require.Len(t, perZone.OfType(natType), 3)
}

func TestDeleteOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"}
		zones := all[:rapid.IntRange(2, 6).Draw(t, "zones")]
		mode := rapid.SampledFrom(network.NatGateways()).Draw(t, "nat")
		r := recorder.Run(t, program(args(mode, zones...)))
		vpc, gateway := r.Find(t, vpcType, "net-vpc").URN, r.Find(t, gatewayType, "net-igw").URN
		for _, res := range r.Resources {
			if res.Custom && res.URN != vpc {
				require.True(t, r.Reaches(res.URN, vpc), "%s before the VPC", res.Name)
			}
		}
		for _, nat := range r.OfType(natType) {
			require.True(t, nat.DependsDirectly(gateway), "NAT before internet gateway")
			require.True(t, nat.DependsDirectly(r.Find(t, routeType, "net-public-route").URN), "NAT before its route")
			home := r.Find(t, associationType, "net-public-"+nat.Name[len("net-nat-"):]+"-association")
			require.True(t, nat.DependsDirectly(home.URN), "NAT before its subnet's association")
		}
		for _, eip := range r.OfType(eipType) {
			require.True(t, eip.DependsDirectly(gateway), "address before internet gateway")
		}
		user := r.Find(t, "test:index:User", "user")
		for _, typ := range []string{gatewayType, natType, routeType, associationType, endpointType} {
			for _, res := range r.OfType(typ) {
				require.True(t, user.DependsDirectly(res.URN), "Egress holds %s", res.Name)
			}
		}
	})
}

func TestAddingAZoneLeavesTheOthersAlone(t *testing.T) {
	before := recorder.Run(t, program(args(network.NatPerZone, "us-east-1a", "us-east-1b")))
	after := recorder.Run(t, program(args(network.NatPerZone, "us-east-1a", "us-east-1b", "us-east-1c")))
	for _, res := range before.Resources {
		if !res.Custom || res.Type == endpointType {
			continue
		}
		require.Equal(t, res.Inputs, after.ByURN(res.URN).Inputs, res.Name)
	}
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	r, err := recorder.RunErr(program(&network.NetworkArgs{
		Cidr: "10.0.0.0/28", Region: "us-east-1", Zones: []string{"us-west-2a"}, NatGateways: "many",
	}))
	for _, want := range []string{
		`checking network "net"`, `prefix length 28`, `Zones has 1 availability zones: name 2 to 6`,
		`Zones has "us-west-2a", which is not an availability zone of us-east-1`, `NatGateways is "many": use none, single, perZone`, "ClusterName is empty",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
	_, err = recorder.RunErr(program(args(network.NatNone, "us-east-1a", "us-east-1a")))
	require.ErrorContains(t, err, `Zones has "us-east-1a" twice`)
	_, err = recorder.RunErr(program(&network.NetworkArgs{Cidr: "10.0.0.0/16", Zones: []string{"a", "b"}, NatGateways: "none", ClusterName: "c"}))
	require.ErrorContains(t, err, "Region is empty")
}
