package aws

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const anyone = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`

// What AWS refuses when something is created in a running platform.
func TestRefusedCreations(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	pods := w.role("pods", "eks-fargate-pods.amazonaws.com")
	w.create(FargateProfile, profile(pods, "system", n.private...))
	nodes := w.nodeGroup(n)
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	w.create(NodeGroup, nodes)
	group := w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "alb"})
	rule := Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp", "fromPort": 80, "toPort": 80,
		"cidrBlocks": list("0.0.0.0/0", "10.0.0.0/8")}
	w.create(SecurityGroupRule, rule)
	w.create(LogGroup, Properties{"name": "/aws/eks/other/cluster"})
	key := w.create(Key, Properties{})
	w.create(Alias, Properties{"name": "alias/demo", "targetKeyId": key})
	issuer := "https://oidc.eks.us-east-1.amazonaws.com/id/ABC"
	w.create(OpenIdConnectProvider, Properties{"url": issuer, "clientIdLists": list("sts.amazonaws.com")})
	admin := "arn:aws:iam::123456789012:role/Admin"
	w.create(AccessEntry, Properties{"clusterName": "demo", "principalArn": admin})
	island := w.create(Vpc, Properties{"cidrBlock": "10.9.0.0/16"})
	islandSubnet := w.create(Subnet, Properties{"vpcId": island, "cidrBlock": "10.9.0.0/24"})
	spare := w.create(Eip, Properties{})
	with := func(base Properties, over Properties) Properties {
		out := maps.Clone(base)
		maps.Copy(out, over)
		return out
	}
	cluster := Properties{"name": "second", "roleArn": "arn:aws:iam::123456789012:role/cluster",
		"vpcConfig": map[string]any{"subnetIds": list(n.private...)}}
	inSubnets := func(ids ...string) Properties {
		return with(cluster, Properties{"vpcConfig": map[string]any{"subnetIds": list(ids...)}})
	}
	inE := w.create(Subnet, Properties{"vpcId": n.vpc, "availabilityZone": "us-east-1c", "cidrBlock": "10.0.99.0/24"})

	for name, c := range map[string]struct {
		typ        string
		in         Properties
		code, text string
	}{
		"VPC too large": {Vpc, Properties{"cidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range", "10.0.0.0/8"},
		"subnet without VPC": {Subnet, Properties{"vpcId": "vpc-1", "cidrBlock": "10.0.50.0/24"}, "InvalidVpcID.NotFound",
			"The Vpc 'vpc-1' does not exist"},
		"subnet outside":   {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "10.1.0.0/24"}, "InvalidSubnet.Range", "10.1.0.0/24"},
		"subnet too small": {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "10.0.50.0/29"}, "InvalidSubnet.Range", "/28"},
		"subnet overlaps":  {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "10.0.16.0/24"}, "InvalidSubnet.Conflict", n.private[0]},
		"zone of elsewhere": {Subnet, Properties{"vpcId": n.vpc, "cidrBlock": "10.0.50.0/24", "availabilityZone": "eu-west-1a"},
			"InvalidParameterValue", "us-east-1f"},
		"second internet gateway": {InternetGateway, Properties{"vpcId": n.vpc}, "Resource.AlreadyAssociated", n.igw},
		"NAT without gateway": {NatGateway, Properties{"subnetId": islandSubnet, "allocationId": spare}, "Gateway.NotAttached",
			"has no Internet gateway attached"},
		"address in use": {NatGateway, Properties{"subnetId": n.public[0], "allocationId": n.eip}, "Resource.AlreadyAssociated",
			n.nat},
		"second route": {Route, Properties{"routeTableId": w.get(Route, n.natRoute).String("routeTableId"),
			"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": n.nat}, "RouteAlreadyExists", n.natRoute},
		"route without target": {Route, Properties{"routeTableId": w.get(Vpc, n.vpc).String("mainRouteTableId"),
			"destinationCidrBlock": "0.0.0.0/0"}, "InvalidParameterCombination", "gatewayId"},
		"route to another VPC": {Route, Properties{"routeTableId": w.get(Vpc, island).String("mainRouteTableId"),
			"destinationCidrBlock": "0.0.0.0/0", "gatewayId": n.igw}, "InvalidParameterValue", "belong to different networks"},
		"second association": {RouteTableAssociation, Properties{"routeTableId": w.get(Vpc, n.vpc).String("mainRouteTableId"),
			"subnetId": n.public[0]}, "Resource.AlreadyAssociated", "already exists"},
		"group name twice": {SecurityGroup, Properties{"vpcId": n.vpc, "name": "alb"}, "InvalidGroup.Duplicate", "already exists"},
		"rule twice":       {SecurityGroupRule, rule, "InvalidPermission.Duplicate", "already exists"},
		"rule for unknown group": {SecurityGroupRule, Properties{"securityGroupId": group, "type": "ingress", "protocol": "tcp",
			"sourceSecurityGroupId": "sg-1"}, "InvalidGroup.NotFound", "sg-1"},
		"role twice": {Role, Properties{"name": "node", "assumeRolePolicy": trustOf("Service", "x")}, "EntityAlreadyExists",
			"Role already exists: node"},
		"unknown managed policy": {RolePolicyAttachment, Properties{"role": "node",
			"policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolice"}, "NoSuchEntity", "AmazonEKSClusterPolice"},
		"unknown role": {RolePolicyAttachment, Properties{"role": "ghost", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			"NoSuchEntity", "ghost"},
		"OIDC provider twice": {OpenIdConnectProvider, Properties{"url": issuer, "clientIdLists": list("sts.amazonaws.com")},
			"EntityAlreadyExists", "same url"},
		"log group twice": {LogGroup, Properties{"name": "/aws/eks/other/cluster"}, "ResourceAlreadyExistsException", "already exists"},
		"unknown key": {LogGroup, Properties{"name": "x", "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/ghost"},
			"NotFoundException", "ghost"},
		"alias twice": {Alias, Properties{"name": "alias/demo", "targetKeyId": key}, "AlreadyExistsException", "alias/demo"},
		"cluster twice": {Cluster, with(cluster, Properties{"name": "demo"}), "ResourceInUseException",
			"Cluster already exists: demo"},
		"cluster in one zone":       {Cluster, inSubnets(n.private[0], n.public[0]), "InvalidParameterException", "at least two different AZs"},
		"cluster in two VPCs":       {Cluster, inSubnets(n.private[1], islandSubnet), "InvalidParameterValue", "same VPC"},
		"cluster in us-east-1c":     {Cluster, inSubnets(n.private[0], inE), "UnsupportedAvailabilityZoneException", "us-east-1c"},
		"cluster in unknown subnet": {Cluster, inSubnets("subnet-1"), "InvalidSubnetID.NotFound", "The Subnet 'subnet-1' does not exist"},
		"cluster role of nodes": {Cluster, with(cluster, Properties{"roleArn": "arn:aws:iam::123456789012:role/node"}),
			"InvalidParameterException", "eks.amazonaws.com"},
		"cluster with unknown key": {Cluster, with(cluster,
			Properties{"encryptionConfig": map[string]any{"provider": map[string]any{"keyArn": "arn:aws:kms:us-east-1:123456789012:key/ghost"}}}),
			"NotFoundException", "ghost"},
		"profile in public subnet": {FargateProfile, profile(pods, "x", n.public[0]), "InvalidParameterException", n.public[0] +
			" provided in Fargate Profile is not a private subnet"},
		"profile in another VPC": {FargateProfile, profile(pods, "x", islandSubnet), "InvalidParameterValue", "not in the same VPC"},
		"profile role of nodes": {FargateProfile, profile("arn:aws:iam::123456789012:role/node", "x", n.private[0]),
			"InvalidParameterException", "eks-fargate-pods.amazonaws.com"},
		"profile twice": {FargateProfile, profile(pods, "system", n.private[0]), "ResourceInUseException", "already exists"},
		"profile of no cluster": {FargateProfile, with(profile(pods, "x"), Properties{"clusterName": "ghost"}), "ResourceNotFoundException",
			"The Cluster 'ghost' does not exist"},
		"node group twice": {NodeGroup, nodes, "ResourceInUseException", "general"},
		"node role of the cluster": {NodeGroup, with(nodes, Properties{"nodeGroupName": "x",
			"nodeRoleArn": "arn:aws:iam::123456789012:role/cluster"}), "InvalidParameterException", "ec2.amazonaws.com"},
		"add-on twice": {Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"}, "ResourceInUseException",
			"Addon already exists"},
		"access entry twice": {AccessEntry, Properties{"clusterName": "demo", "principalArn": admin}, "ResourceInUseException", "already exists"},
		"policy without entry": {AccessPolicyAssociation, Properties{"clusterName": "demo", "principalArn": admin + "2",
			"policyArn":   "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
			"accessScope": map[string]any{"type": "cluster"}}, "ResourceNotFoundException", "role/Admin2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.try(c.typ, c.in)
			refused(t, err, c.code, c.text)
		})
	}
}

// trustWith is a trust policy for a service, with an action other than sts:AssumeRole.
func trustWith(action, service string) string {
	return strings.Replace(trustOf("Service", service), "sts:AssumeRole", action, 1)
}

func trustOf(kind, who string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{%q:%q},"Action":"sts:AssumeRole"}]}`, kind, who)
}

// What AWS refuses to delete, and that it no longer does once what holds it has gone.
func TestRefusedDeletions(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	pods := w.role("pods", "eks-fargate-pods.amazonaws.com")
	system := w.create(FargateProfile, profile(pods, "system", n.private...))
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	nodes := w.create(NodeGroup, w.nodeGroup(n))
	policy := w.create(Policy, Properties{"name": "models", "policy": anyone})
	attachment := w.create(RolePolicyAttachment, Properties{"role": "node", "policyArn": policy})
	a := w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "a"})
	b := w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "b"})
	w.create(SecurityGroupRule, Properties{"securityGroupId": a, "type": "ingress", "protocol": "-1", "sourceSecurityGroupId": b})
	var lb *LoadBalancer
	require.NoError(t, w.Update(func(s *State) (err error) {
		lb, err = s.CreateLoadBalancer("k8s-public", "internet-facing", n.public, []string{a})
		return err
	}))
	table := w.get(Route, n.natRoute).String("routeTableId")

	no := func(typ, id, code, text string) {
		t.Helper()
		refused(t, w.remove(typ, id), code, text)
		require.NotNil(t, w.get(typ, id))
	}
	yes := func(typ, id string) {
		t.Helper()
		require.NoError(t, w.remove(typ, id))
		require.Nil(t, w.get(typ, id))
		require.NoError(t, w.remove(typ, id), "deleting what is not there is no error")
	}
	no(Vpc, n.vpc, "DependencyViolation", "Held by")
	no(Subnet, n.private[0], "DependencyViolation", "Amazon EKS demo")
	no(Subnet, n.public[1], "DependencyViolation", "ELB app/k8s-public")
	no(InternetGateway, n.igw, "DependencyViolation", "mapped public address(es)")
	no(Eip, n.eip, "InvalidIPAddress.InUse", n.nat)
	no(RouteTable, table, "DependencyViolation", "RouteTableAssociation")
	no(SecurityGroup, b, "DependencyViolation", "SecurityGroupRule")
	no(SecurityGroup, a, "DependencyViolation", "ELB app/k8s-public")
	no(Cluster, "demo", "ResourceInUseException", "NodeGroup demo:general")
	no(Role, "node", "DeleteConflict", "RolePolicyAttachment node-")
	no(Policy, policy, "DeleteConflict", "RolePolicyAttachment node-")

	yes(NodeGroup, nodes)
	no(Cluster, "demo", "ResourceInUseException", "FargateProfile demo:system")
	yes(FargateProfile, system)
	yes(Cluster, "demo")
	require.NoError(t, w.View(func(s *State) error {
		require.Empty(t, s.List(Addon), "add-ons go with their cluster")
		return nil
	}))
	yes(RolePolicyAttachment, attachment)
	yes(Role, "node")
	yes(Policy, policy)
	yes(NatGateway, n.nat)
	no(InternetGateway, n.igw, "DependencyViolation", "ELB app/k8s-public")
	require.NoError(t, w.Update(func(s *State) error { return s.DeleteLoadBalancer(lb.Arn) }))
	yes(SecurityGroup, a)
	yes(SecurityGroup, b)
	yes(Eip, n.eip)
	yes(InternetGateway, n.igw)
	for _, id := range append(n.public, n.private...) {
		yes(Subnet, id)
	}
	require.NoError(t, w.View(func(s *State) error {
		for _, r := range s.Where(RouteTable, "vpcId", n.vpc) {
			if r.Owner == "" {
				yes(RouteTable, r.ID)
			}
		}
		return nil
	}))
	yes(Vpc, n.vpc)
	require.NoError(t, w.View(func(s *State) error {
		require.Equal(t, []string{"Role cluster", "Role pods"}, s.Left())
		return nil
	}))
	yes(Role, "cluster")
	yes(Role, "pods")
	require.NoError(t, w.View(func(s *State) error {
		require.True(t, s.Empty(), "%+v", s)
		return nil
	}))
}

func TestOneFargateProfileAtATime(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	pods := w.role("pods", "eks-fargate-pods.amazonaws.com")
	require.NoError(t, w.begin(FargateProfile, profile(pods, "one", n.private...), nil))
	require.Equal(t, Creating, w.get(FargateProfile, "demo:one").Status)
	refused(t, w.begin(FargateProfile, profile(pods, "two", n.private...), nil), "ResourceInUseException",
		"currently has Fargate profile one in status CREATING")
	w.now = w.now.Add(time.Minute)
	require.NoError(t, w.begin(FargateProfile, profile(pods, "two", n.private...), nil))
	w.now = w.now.Add(time.Minute)
	require.NoError(t, w.Update(func(s *State) error { return s.Delete(FargateProfile, "demo:one") }))
	refused(t, w.Update(func(s *State) error { return s.Delete(FargateProfile, "demo:two") }), "ResourceInUseException", "in status DELETING")
	refused(t, w.remove(Cluster, "demo"), "ResourceInUseException", "demo:one")
	require.NoError(t, w.remove(FargateProfile, "demo:two"))
	require.Nil(t, w.get(FargateProfile, "demo:one"))
}

func TestNothingIsMadeInAClusterThatIsNotReady(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	require.NoError(t, w.begin(Cluster, Properties{"name": "demo", "roleArn": w.role("cluster", "eks.amazonaws.com"),
		"vpcConfig": map[string]any{"subnetIds": list(n.private...)}}, nil))
	addon := Properties{"clusterName": "demo", "addonName": "vpc-cni"}
	refused(t, w.begin(Addon, addon, nil), "InvalidRequestException", "Cluster 'demo' is not in ACTIVE status: it is CREATING")
	w.now = w.now.Add(time.Minute)
	require.NoError(t, w.begin(Addon, addon, nil))
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	dns := w.create(Addon, Properties{"clusterName": "demo", "addonName": "coredns"})
	refused(t, w.health(Addon, dns), "InsufficientNumberOfReplicas", "no active node group")
	system := w.create(FargateProfile, profile(w.role("pods", "eks-fargate-pods.amazonaws.com"), "system", n.private...))
	refused(t, w.health(Addon, dns), "InsufficientNumberOfReplicas", "computeType")
	require.NoError(t, w.Update(func(s *State) error {
		_, err := s.Update(Addon, dns, Properties{"clusterName": "demo", "addonName": "coredns",
			"configurationValues": `{"computeType":"Fargate"}`})
		return err
	}))
	require.NoError(t, w.health(Addon, dns))
	require.NoError(t, w.remove(FargateProfile, system))

	nodes := w.create(NodeGroup, w.nodeGroup(n))
	refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", "vpc-cni")
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	require.NoError(t, w.health(NodeGroup, nodes))
	require.NoError(t, w.health(Addon, dns), "nodes are compute")
	require.NoError(t, w.remove(Route, n.natRoute))
	refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", "NAT gateway")
}

func TestUpdates(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	w.cluster(n)
	change := func(typ, id string, over Properties) error {
		return w.Update(func(s *State) error {
			_, err := s.Update(typ, id, merge(s.Get(typ, id).Inputs, over))
			return err
		})
	}
	refused(t, change(Cluster, "demo", Properties{"version": "1.37"}), "InvalidParameterException", "from 1.35 to 1.37")
	refused(t, change(Cluster, "demo", Properties{"version": "1.34"}), "InvalidParameterException", "from 1.35 to 1.34")
	require.NoError(t, change(Cluster, "demo", Properties{"version": "1.36"}))
	require.NoError(t, change(Cluster, "demo", Properties{"vpcConfig": map[string]any{"subnetIds": list(append(n.private, n.public...)...)}}))
	refused(t, w.remove(Subnet, n.public[0]), "DependencyViolation", "Amazon EKS demo")

	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})
	nodes := w.create(NodeGroup, w.nodeGroup(n))
	interfaces := func() (ids []string) {
		require.NoError(t, w.View(func(s *State) error {
			for id, i := range s.Interfaces {
				if strings.HasPrefix(i.Description, "aws-K8S-") {
					ids = append(ids, id)
				}
			}
			return nil
		}))
		return ids
	}
	three := interfaces()
	require.Len(t, three, 3)
	require.NoError(t, change(NodeGroup, nodes, Properties{"labels": map[string]any{"a": "b"}}))
	require.ElementsMatch(t, three, interfaces(), "instances stay")
	require.NoError(t, change(NodeGroup, nodes, Properties{"scalingConfig": map[string]any{"desiredSize": 1}}))
	one := interfaces()
	require.Len(t, one, 1)
	require.Subset(t, three, one)
	require.NoError(t, change(NodeGroup, nodes, Properties{"scalingConfig": map[string]any{"desiredSize": 2}}))
	require.Len(t, interfaces(), 2)
	require.Subset(t, interfaces(), one, "the instance that was there stays")
}

// EKS writes control-plane logs for as long as the cluster lives, and makes the log group itself when there is none.
func TestALogGroupMustOutliveItsCluster(t *testing.T) {
	const name = "/aws/eks/demo/cluster"
	logs := Properties{"name": name, "retentionInDays": 30}
	w := newWorld(t)
	n := w.network()
	w.create(LogGroup, logs)
	w.create(Cluster, Properties{"name": "demo", "roleArn": w.role("cluster", "eks.amazonaws.com"), "enabledClusterLogTypes": list("api"),
		"vpcConfig": map[string]any{"subnetIds": list(n.private...)}})
	require.NoError(t, w.remove(LogGroup, name))
	require.Equal(t, "eks", w.get(LogGroup, name).Owner, "made again by EKS")
	require.NoError(t, w.remove(Cluster, "demo"))
	_, err := w.try(LogGroup, logs)
	refused(t, err, "ResourceAlreadyExistsException", name)
}

func TestLoadBalancers(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	island := w.create(Vpc, Properties{"cidrBlock": "10.9.0.0/16"})
	a := w.create(Subnet, Properties{"vpcId": island, "cidrBlock": "10.9.0.0/24", "availabilityZone": "us-east-1a"})
	b := w.create(Subnet, Properties{"vpcId": island, "cidrBlock": "10.9.1.0/24", "availabilityZone": "us-east-1b"})
	create := func(name, scheme string, subnets ...string) (lb *LoadBalancer, err error) {
		err = w.Update(func(s *State) (err error) {
			lb, err = s.CreateLoadBalancer(name, scheme, subnets, nil)
			return err
		})
		return lb, err
	}
	lb, err := create("public", "internet-facing", n.public...)
	require.NoError(t, err)
	require.Regexp(t, `^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/public/[0-9a-f]{16}$`, lb.Arn)
	require.Regexp(t, `^public-[0-9]+\.us-east-1\.elb\.amazonaws\.com$`, lb.DNSName)
	_, err = create("public", "internet-facing", n.public...)
	refused(t, err, "DuplicateLoadBalancerName", "public")
	_, err = create("one-zone", "internal", n.private[0], n.public[0])
	refused(t, err, "ValidationError", "two different Availability Zones")
	_, err = create("island", "internet-facing", a, b)
	refused(t, err, "InvalidSubnet", "no internet gateway")
	_, err = create("island", "internal", a, b)
	require.NoError(t, err)
}

func TestSelectsPod(t *testing.T) {
	r := &Resource{Type: FargateProfile, Inputs: Properties{"selectors": []any{
		map[string]any{"namespace": "models*", "labels": map[string]any{"compute": "fargate"}}, map[string]any{"namespace": "team-?"}}}}
	for _, c := range []struct {
		namespace string
		labels    map[string]string
		want      bool
	}{
		{"models", map[string]string{"compute": "fargate", "x": "y"}, true},
		{"models-a", map[string]string{"compute": "fargate"}, true},
		{"models", map[string]string{"compute": "nodes"}, false},
		{"models", nil, false},
		{"team-1", nil, true},
		{"team-12", nil, false},
		{"kube-system", map[string]string{"compute": "fargate"}, false},
	} {
		require.Equal(t, c.want, r.SelectsPod(c.namespace, c.labels), "%v", c)
	}
}
