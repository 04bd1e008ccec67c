package aws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	gateway = "Gateway"
	private = "Interface"
)

func (w *world) endpoint(n network, kind, service string, over Properties) Properties {
	in := Properties{"vpcId": n.vpc, "vpcEndpointType": kind, "serviceName": "com.amazonaws.us-east-1." + service}
	if kind == private {
		in = merge(in, Properties{"subnetIds": list(n.private...), "privateDnsEnabled": true})
	}
	return merge(in, over)
}

func TestEndpoints(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	of := func(kind, service string, over Properties) Properties { return w.endpoint(n, kind, service, over) }
	table := w.get(Route, n.natRoute).String("routeTableId")
	s3 := w.create(VpcEndpoint, of(gateway, "s3", Properties{"routeTableIds": list(table)}))
	require.Regexp(t, `^pl-[0-9a-f]{8}$`, w.get(VpcEndpoint, s3).String("prefixListId"))
	refused(t, func() error { _, err := w.try(VpcEndpoint, of(private, "sts", nil)); return err }(), "InvalidParameter",
		"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames")
	require.NoError(t, w.change(Vpc, n.vpc, Properties{"enableDnsHostnames": true}))
	id := w.create(VpcEndpoint, of(private, "ecr.api", nil))
	e := w.get(VpcEndpoint, id)
	require.Equal(t, []string{w.get(Vpc, n.vpc).String("defaultSecurityGroupId")}, e.Strings("securityGroupIds"),
		"the default group without any")
	require.Len(t, e.Strings("networkInterfaceIds"), 2)
	require.Equal(t, "available", e.Outputs()["state"])
	third := w.create(Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "10.0.99.0/24", "availabilityZone": "us-east-1a"})
	w.refuses(t, map[string]refusal{
		"same private name": {VpcEndpoint, of(private, "ecr.api", nil), "InvalidParameter", "conflicting DNS domain for " +
			"api.ecr.us-east-1.amazonaws.com in the VPC " + n.vpc},
		"gateway of ECR": {VpcEndpoint, of(gateway, "ecr.api", nil), "InvalidParameter", "Endpoint type (Gateway) does not match " +
			"available service types ([Interface])."},
		"unknown service": {VpcEndpoint, of(private, "ecr", nil), "InvalidServiceName", "The Vpc Endpoint Service " +
			"'com.amazonaws.us-east-1.ecr' does not exist"},
		"service of elsewhere": {VpcEndpoint, of(private, "sts", Properties{"serviceName": "com.amazonaws.eu-west-1.sts"}),
			"InvalidServiceName", "eu-west-1"},
		"two subnets of one zone": {VpcEndpoint, of(private, "sts", Properties{"subnetIds": list(n.private[0], third)}),
			"DuplicateSubnetsInSameZone", third},
		"second gateway": {VpcEndpoint, of(gateway, "s3", Properties{"routeTableIds": list(table)}), "RouteAlreadyExists",
			"already has a route with destination-prefix-list-id pl-"},
		"gateway in subnets": {VpcEndpoint, of(gateway, "dynamodb", Properties{"subnetIds": list(n.private...)}), "InvalidParameter",
			"neither subnetIds"},
		"interface with routes": {VpcEndpoint, of(private, "sts", Properties{"routeTableIds": list(table)}), "InvalidParameter",
			"no routeTableIds"},
		"unknown group": {VpcEndpoint, of(private, "sts", Properties{"securityGroupIds": list("sg-1")}), "InvalidGroup.NotFound", "sg-1"},
	})
	w.create(VpcEndpoint, of(private, "ecr.api", Properties{"privateDnsEnabled": false}))
	group := w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "endpoints"})
	require.NoError(t, w.change(VpcEndpoint, id, Properties{"securityGroupIds": list(group)}))
	require.Equal(t, []string{group}, w.get(VpcEndpoint, id).Strings("securityGroupIds"))
	refused(t, w.remove(SecurityGroup, group), "DependencyViolation", "VPC Endpoint Interface "+id)
	refused(t, w.remove(Subnet, n.private[0]), "DependencyViolation", "VPC Endpoint Interface "+id)
}

// Without NAT gateways nodes need endpoints for all that they call, with private DNS, a way in and, for S3, a route.
func TestNodesWithoutNAT(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	require.NoError(t, w.change(Vpc, n.vpc, Properties{"enableDnsHostnames": true}))
	w.cluster(n)
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	nodes := w.create(NodeGroup, w.nodeGroup(n))
	require.NoError(t, w.health(NodeGroup, nodes))
	table := w.get(Route, n.natRoute).String("routeTableId")
	require.NoError(t, w.remove(Route, n.natRoute))
	missing := func(services string) {
		t.Helper()
		refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", "for "+services+";")
	}
	missing("ec2, ecr.api, ecr.dkr, s3")
	group := w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "endpoints"})
	of := func(service string, over Properties) string {
		return w.create(VpcEndpoint, w.endpoint(n, private, service, merge(Properties{"securityGroupIds": list(group)}, over)))
	}
	of("ec2", nil)
	missing("ec2, ecr.api, ecr.dkr, s3") // the group lets nothing in
	rule := w.create(SecurityGroupRule, Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp", "fromPort": 443,
		"toPort": 443, "cidrBlocks": list("10.0.16.0/20")})
	refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", n.private[0]+" has no route to a NAT gateway")
	require.NoError(t, w.remove(SecurityGroupRule, rule))
	w.create(SecurityGroupRule, Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp", "fromPort": 443, "toPort": 443,
		"cidrBlocks": list("10.0.0.0/16")})
	missing("ecr.api, ecr.dkr, s3")
	of("ecr.dkr", nil)
	quiet := of("ecr.api", Properties{"privateDnsEnabled": false})
	missing("ecr.api, s3")
	require.NoError(t, w.change(VpcEndpoint, quiet, Properties{"privateDnsEnabled": true}))
	s3 := w.create(VpcEndpoint, w.endpoint(n, gateway, "s3", nil))
	missing("s3")
	require.NoError(t, w.change(VpcEndpoint, s3, Properties{"routeTableIds": list(table)}))
	refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", "cluster demo has no endpointPrivateAccess")
	require.NoError(t, w.change(Cluster, "demo", Properties{"vpcConfig": map[string]any{"endpointPrivateAccess": true}}))
	require.NoError(t, w.health(NodeGroup, nodes))

	cni := w.pods("cni")
	require.NoError(t, w.change(Addon, "demo:vpc-cni", Properties{"podIdentityAssociations": []any{map[string]any{"serviceAccount": "aws-node",
		"roleArn": cni}}}))
	missing("eks-auth")
	require.NoError(t, w.change(Addon, "demo:vpc-cni", Properties{"podIdentityAssociations": []any{}, "serviceAccountRoleArn": cni}))
	missing("sts")
	require.NoError(t, w.View(func(s *State) error {
		require.Equal(t, []string{"sts"}, s.Unreachable(n.private[0], "ec2", "sts"))
		require.Equal(t, []string{"elasticloadbalancing", "sts"}, s.Unreachable(n.private[0], "ec2", "elasticloadbalancing", "sts"))
		require.Equal(t, []string{"sts"}, s.Unreachable(n.public[0], "sts"), "an internet gateway needs public addresses")
		return nil
	}))
	require.NoError(t, w.change(Subnet, n.public[0], Properties{"mapPublicIpOnLaunch": true}))
	require.NoError(t, w.View(func(s *State) error {
		require.Empty(t, s.Unreachable(n.public[0], "ec2", "sts"))
		return nil
	}))
}

func TestFargateWithoutNAT(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	w.create(FargateProfile, profile(w.role("pods", "eks-fargate-pods.amazonaws.com"), "system", n.private...))
	dns := w.create(Addon, Properties{"clusterName": "demo", "addonName": "coredns", "configurationValues": `{"computeType":"Fargate"}`})
	require.NoError(t, w.health(Addon, dns))
	require.NoError(t, w.remove(Route, n.natRoute))
	refused(t, w.health(Addon, dns), "InsufficientNumberOfReplicas", "for ecr.api, ecr.dkr, s3")
}

// pods is a role for EKS Pod Identity.
func (w *world) pods(name string) string {
	w.create(Role, Properties{"name": name, "assumeRolePolicy": strings.Replace(trustOf("Service", "pods.eks.amazonaws.com"),
		`"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession"]`, 1)})
	return "arn:aws:iam::" + AccountID + ":role/" + name
}
