package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/network"
	netspec "github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/recorder"
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
	groupType       = "aws:ec2/securityGroup:SecurityGroup"
	blockType       = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
	flowLogType     = "aws:ec2/flowLog:FlowLog"
	logGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	roleType        = "aws:iam/role:Role"
	rolePolicyType  = "aws:iam/rolePolicy:RolePolicy"
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
		ctx.Export("pod", n.PodSubnetIds)
		ctx.Export("pods", n.PodSubnets)
		ctx.Export("vpc", n.VpcId)
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(n.Egress))
	}
}

// requireMessage compares a program's error, without what Pulumi puts around it, with the message.
func requireMessage(t *testing.T, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, strings.TrimSuffix(strings.TrimPrefix(err.Error(), "1 error occurred:\n\t* "), "\n\n"))
}

func TestURNs(t *testing.T) {
	for _, nat := range netspec.NatModes {
		r := recorder.Run(t, program(args(nat, "us-east-1a", "us-east-1b")))
		recorder.Golden(t, "testdata/urns-"+nat+".txt", r.URNLines())
	}
	recorder.Golden(t, "testdata/urns-everything.txt", recorder.Run(t, program(everything("us-east-1a", "us-east-1b"))).URNLines())
}

// everything has all that a network can have.
func everything(zones ...string) *network.NetworkArgs {
	a := args(netspec.NatPerZone, zones...)
	a.PodCidr = "100.64.0.0/16"
	a.InterfaceEndpoints, _ = netspec.EndpointServices([]string{netspec.EndpointsPrivate})
	a.FlowLogs = network.FlowLogs{Destination: network.FlowLogsLogGroup, RetentionDays: 30}
	return a
}

func TestVpcAndSubnets(t *testing.T) {
	r := recorder.Run(t, program(args(netspec.NatSingle, "us-east-1a", "us-east-1b")))
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
	require.Equal(t, private, r.Outputs["pod"].Mappable(), "pods are in the private subnets")
	require.Equal(t, map[string]any{}, r.Outputs["pods"].Mappable())
	require.Equal(t, vpc.ID, r.Outputs["vpc"].Mappable())
	for _, child := range r.Children(component.URN) {
		if _, taggable := child.Inputs["tags"]; taggable {
			require.Equal(t, "ml", child.Input("tags.team"), child.Name)
		}
	}
	require.Len(t, r.Children(component.URN), len(r.Resources)-2, "every resource but the component and its user is a child")
}

// Checkov CKV2_AWS_12, Security Hub EC2.2: what is started without a security group reaches nothing.
func TestTheDefaultSecurityGroupIsClosed(t *testing.T) {
	for _, nat := range netspec.NatModes {
		r := recorder.Run(t, program(args(nat, "us-east-1a", "us-east-1b")))
		group := r.Find(t, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net-default-group")
		require.Equal(t, r.Find(t, vpcType, "net-vpc").ID, group.Input("vpcId"))
		require.Nil(t, group.Input("ingress"))
		require.Nil(t, group.Input("egress"))
		require.Equal(t, map[string]any{"Name": "net-default-group", "team": "ml"}, group.Input("tags"))
	}
}

func TestRoutes(t *testing.T) {
	r := recorder.Run(t, program(args(netspec.NatPerZone, "us-east-1a", "us-east-1b")))
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

func TestPodSubnets(t *testing.T) {
	a := args(netspec.NatPerZone, "us-east-1a", "us-east-1b")
	a.PodCidr = "100.64.0.0/16"
	r := recorder.Run(t, program(a))
	component, vpc := r.Find(t, network.Token, "net"), r.Find(t, vpcType, "net-vpc")
	block := r.Find(t, blockType, "net-pod-cidr")
	require.Equal(t, map[string]any{"vpcId": vpc.ID, "cidrBlock": "100.64.0.0/16"}, block.Inputs.Mappable())
	var pods []any
	byZone := map[string]any{}
	for zone, cidr := range map[string]string{"us-east-1a": "100.64.0.0/19", "us-east-1b": "100.64.32.0/19"} {
		subnet := r.Find(t, subnetType, "net-pod-"+zone)
		require.Equal(t, map[string]any{
			"vpcId": vpc.ID, "availabilityZone": zone, "cidrBlock": cidr,
			"tags": map[string]any{"Name": "net-pod-" + zone, "team": "ml", "kubernetes.io/cluster/modelway-test": "shared"},
		}, subnet.Inputs.Mappable(), "load balancers take no addresses of pods")
		require.True(t, subnet.DependsDirectly(block.URN), "the subnet goes before its block")
		association := r.Find(t, associationType, "net-pod-"+zone+"-association")
		require.Equal(t, subnet.ID, association.Input("subnetId"))
		table := r.Find(t, tableType, "net-private-"+zone).ID
		require.Equal(t, table, association.Input("routeTableId"), "pods leave as the private subnet of their zone does")
		require.Contains(t, r.Find(t, endpointType, "net-s3").Input("routeTableIds"), table)
		byZone[zone] = subnet.ID
	}
	pods = []any{byZone["us-east-1a"], byZone["us-east-1b"]}
	require.Equal(t, pods, r.Outputs["pod"].Mappable())
	require.Equal(t, byZone, r.Outputs["pods"].Mappable())
	require.Equal(t, pods, component.Outputs["podSubnetIds"].Mappable())
	require.Equal(t, byZone, component.Outputs["podSubnets"].Mappable())
	require.Equal(t, "100.64.0.0/16", component.Input("podCidr"))
	require.Subset(t, r.URNs(), recorder.Run(t, program(args(netspec.NatPerZone, "us-east-1a", "us-east-1b"))).URNs(),
		"pod subnets rename nothing")
}

func TestProtect(t *testing.T) {
	a := everything("us-east-1a", "us-east-1b")
	a.Protect = true
	kept := map[string]int{}
	for _, res := range recorder.Run(t, program(a)).Resources {
		if res.Protect {
			kept[res.Type]++
		}
	}
	require.Equal(t, map[string]int{vpcType: 1, subnetType: 6, blockType: 1}, kept)
	inherited := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewNetwork(ctx, "net", args(netspec.NatNone, "us-east-1a", "us-east-1b"), pulumi.Protect(true))
		return err
	})
	require.True(t, inherited.Find(t, vpcType, "net-vpc").Protect, "the caller's protection is not taken back")
	for _, res := range recorder.Run(t, program(everything("us-east-1a", "us-east-1b"))).Resources {
		require.False(t, res.Protect, res.Name)
	}
}

func TestNatModes(t *testing.T) {
	zones := []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	none := recorder.Run(t, program(args(netspec.NatNone, zones...)))
	require.Empty(t, none.OfType(natType))
	require.Empty(t, none.OfType(eipType))
	require.Len(t, none.OfType(routeType), 1)
	require.Len(t, none.OfType(endpointType), 1)

	single := recorder.Run(t, program(args(netspec.NatSingle, zones...)))
	require.Len(t, single.OfType(natType), 1)
	nat := single.Find(t, natType, "net-nat-us-east-1a")
	for _, zone := range zones {
		require.Equal(t, nat.ID, single.Find(t, routeType, "net-private-"+zone+"-route").Input("natGatewayId"))
	}
	perZone := recorder.Run(t, program(args(netspec.NatPerZone, zones...)))
	require.Subset(t, perZone.URNs(), single.URNs(), "more NAT gateways rename nothing")
	require.Len(t, perZone.OfType(natType), 3)
}

func TestDeleteOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"}
		zones := all[:rapid.IntRange(2, 6).Draw(t, "zones")]
		a := args(rapid.SampledFrom(netspec.NatModes).Draw(t, "nat"), zones...)
		a.PodCidr = rapid.SampledFrom([]string{"", "100.64.0.0/16"}).Draw(t, "pods")
		a.InterfaceEndpoints = rapid.SampledFrom([][]string{nil, {"sts"}, {"ecr.api", "ecr.dkr", "logs"}}).Draw(t, "endpoints")
		a.FlowLogs = network.FlowLogs{Destination: rapid.SampledFrom([]string{network.FlowLogsNone, network.FlowLogsLogGroup}).Draw(t,
			"flow logs"), RetentionDays: 1}
		r := recorder.Run(t, program(a))
		vpc, gateway := r.Find(t, vpcType, "net-vpc").URN, r.Find(t, gatewayType, "net-igw").URN
		for _, res := range r.Resources {
			if res.Custom && res.URN != vpc && res.Type != logGroupType {
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
		for _, endpoint := range r.OfType(endpointType) {
			if endpoint.Input("vpcEndpointType") != "Interface" {
				continue
			}
			require.True(t, endpoint.DependsDirectly(r.Find(t, groupType, "net-endpoints").URN), "endpoint before its security group")
			for _, zone := range zones {
				require.True(t, endpoint.DependsDirectly(r.Find(t, subnetType, "net-private-"+zone).URN), "endpoint before its subnets")
			}
		}
		for _, block := range r.OfType(blockType) {
			for _, zone := range zones {
				require.True(t, r.Find(t, subnetType, "net-pod-"+zone).DependsDirectly(block.URN), "pod subnet before its block")
			}
		}
		for _, log := range r.OfType(flowLogType) {
			for _, kept := range append(append(r.OfType(logGroupType), r.OfType(roleType)...), r.OfType(rolePolicyType)...) {
				require.True(t, log.DependsDirectly(kept.URN), "flow log before %s", kept.Name)
			}
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
	before := recorder.Run(t, program(everything("us-east-1a", "us-east-1b")))
	after := recorder.Run(t, program(everything("us-east-1a", "us-east-1b", "us-east-1c")))
	for _, res := range before.Resources {
		if !res.Custom || res.Type == endpointType {
			continue
		}
		require.Equal(t, res.Inputs, after.ByURN(res.URN).Inputs, res.Name)
	}
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	r, err := recorder.RunErr(program(&network.NetworkArgs{
		Cidr: "10.0.0.0/28", PodCidr: "100.64.0.0", Region: "us-east-1", Zones: []string{"us-west-2a"}, NatGateways: "many",
		InterfaceEndpoints: []string{"s3"}, FlowLogs: network.FlowLogs{Destination: "file"},
	}))
	for _, want := range []string{
		`checking network "net"`, `/28 is out of range`, `podCidr is "100.64.0.0": an address without a length`, "InterfaceEndpoints has s3",
		`flowLogs.destination is "file"`, `one zone only; EKS and Application Load Balancers need two; allowed: 2 to 6 zones`,
		`zoneNames[0] is "us-west-2a": not an availability zone of us-east-1`,
		`natGateways is "many": not one of the allowed values; allowed: none, single, perZone`, "ClusterName is empty",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
	_, err = recorder.RunErr(program(args(netspec.NatNone, "us-east-1a", "us-east-1a")))
	require.ErrorContains(t, err, "us-east-1a is listed twice")
	_, err = recorder.RunErr(program(args(netspec.NatNone, "us-east-1a", "us-east-1-bos-1a")))
	require.ErrorContains(t, err, `zoneNames[1] is "us-east-1-bos-1a": not an availability zone of us-east-1`)
	_, err = recorder.RunErr(program(&network.NetworkArgs{Cidr: "10.0.0.0/16", Zones: []string{"a", "b"}, NatGateways: "none",
		ClusterName: "c"}))
	require.ErrorContains(t, err, "Region is empty")
}
