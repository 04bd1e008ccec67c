package aws

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A role without its policies, as it is when an edge of dependency is lost, is noticed; and no longer once it has them.
func TestRolesWithoutTheirPolicies(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	attach := func(role string, policies ...string) {
		for _, policy := range policies {
			w.create(RolePolicyAttachment, Properties{"role": role, "policyArn": "arn:aws:iam::aws:policy/" + policy})
		}
	}
	cluster := Properties{"name": "demo", "version": "1.35", "roleArn": w.bare("cluster", "eks.amazonaws.com"),
		"bootstrapSelfManagedAddons": false,
		"vpcConfig":                  map[string]any{"subnetIds": list(n.private...)}}
	_, err := w.try(Cluster, cluster)
	refused(t, err, "InvalidParameterException", "[AmazonEKSClusterPolicy] are attached")
	attach("cluster", "AmazonEKSClusterPolicy")
	w.create(Cluster, cluster)
	w.create(Addon, Properties{"clusterName": "demo", "addonName": "vpc-cni"})

	group := Properties{"clusterName": "demo", "nodeGroupName": "general", "nodeRoleArn": w.bare("node", "ec2.amazonaws.com"),
		"subnetIds":     list(n.private...),
		"scalingConfig": map[string]any{"minSize": 1, "desiredSize": 1, "maxSize": 1}}
	_, err = w.try(NodeGroup, merge(group, Properties{"version": "1.36"}))
	refused(t, err, "InvalidParameterException", "newer than the version of cluster demo, 1.35")
	nodes := w.create(NodeGroup, group)
	for _, policy := range []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"} {
		refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", policy)
		attach("node", policy)
	}
	require.NoError(t, w.health(NodeGroup, nodes))
	require.NoError(t, w.change(Addon, "demo:vpc-cni", Properties{"serviceAccountRoleArn": w.pods("cni")}))
	refused(t, w.health(NodeGroup, nodes), "NodeCreationFailure", "role cni lacks")
	w.create(RolePolicy, Properties{"role": "cni", "name": "own",
		"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*","Resource":"*"}}`})
	require.NoError(t, w.health(NodeGroup, nodes))

	profile := w.create(FargateProfile, profile(w.bare("pods", "eks-fargate-pods.amazonaws.com"), "system", n.private...))
	refused(t, w.health(FargateProfile, profile), "AccessDenied", "AmazonEKSFargatePodExecutionRolePolicy")
	attach("pods", "AmazonEKSFargatePodExecutionRolePolicy")
	require.NoError(t, w.health(FargateProfile, profile))

	csi := w.create(Addon, Properties{"clusterName": "demo", "addonName": "aws-ebs-csi-driver", "serviceAccountRoleArn": w.pods("csi")})
	refused(t, w.health(Addon, csi), "InsufficientNumberOfReplicas", "role csi lacks")
	attach("csi", "service-role/AmazonEBSCSIDriverPolicy")
	require.NoError(t, w.health(Addon, csi))

	destination := w.get(LogGroup, w.create(LogGroup, Properties{"name": "flow"})).String("arn")
	flow := w.create(FlowLog, Properties{"vpcId": n.vpc, "trafficType": "ALL", "logDestination": destination, "iamRoleArn": w.bare("flow",
		"vpc-flow-logs.amazonaws.com")})
	refused(t, w.health(FlowLog, flow), "AccessError", "role flow lacks logs:CreateLogStream, logs:PutLogEvents")
	w.create(RolePolicy, Properties{"role": "flow", "name": "own",
		"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}`})
	require.NoError(t, w.health(FlowLog, flow))
}

// Subnets of 16 addresses have 11 that can be used.
func TestSubnetsThatAreAlmostFull(t *testing.T) {
	w := newWorld(t)
	vpc := w.create(Vpc, Properties{"cidrBlock": "10.0.0.0/16"})
	w.create(InternetGateway, Properties{"vpcId": vpc})
	a := w.create(Subnet, Properties{"vpcId": vpc, "cidrBlock": "10.0.0.0/28", "availabilityZone": "us-east-1a"})
	b := w.create(Subnet, Properties{"vpcId": vpc, "cidrBlock": "10.0.0.16/28", "availabilityZone": "us-east-1b"})
	take := func(owner string) {
		require.NoError(t, w.Update(func(s *State) error { _, _, err := s.AttachInterface(a, "pod", owner); return err }))
	}
	balancer := func() error {
		return w.Update(func(s *State) error {
			_, err := s.CreateLoadBalancer("public", "internet-facing", []string{a, b}, nil)
			return err
		})
	}
	for _, pod := range []string{"a", "b", "c", "d"} {
		take(pod)
	}
	refused(t, balancer(), "InvalidSubnet", "ELB requires at least 8 free IP addresses in each subnet: it has 7")
	take("e")
	take("f")
	_, err := w.try(Cluster, Properties{"name": "demo", "roleArn": w.role("cluster", "eks.amazonaws.com"),
		"vpcConfig": map[string]any{"subnetIds": list(a, b)}})
	refused(t, err, "InvalidParameterException", "at least 6 free IP addresses for EKS: "+a+" has 5")
}

func TestAProtectedLoadBalancer(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	var lb *LoadBalancer
	require.NoError(t, w.Update(func(s *State) (err error) {
		if lb, err = s.CreateLoadBalancer("public", "internet-facing", n.public, nil); err != nil {
			return err
		}
		return s.ConfigureLoadBalancer(lb.Arn, map[string]string{deletionProtection: "true"}, nil)
	}))
	remove := func(s *State) error { return s.DeleteLoadBalancer(lb.Arn) }
	refused(t, w.Update(remove), "OperationNotPermitted", "deletion protection is enabled")
	require.NoError(t, w.Update(func(s *State) error { s.UnprotectLoadBalancer(lb.Arn); return remove(s) }))
}
