package compute_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/compute"
	computespec "github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	profileType    = "aws:eks/fargateProfile:FargateProfile"
	groupType      = "aws:eks/nodeGroup:NodeGroup"
	templateType   = "aws:ec2/launchTemplate:LaunchTemplate"
	roleType       = "aws:iam/role:Role"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	policyType     = "aws:iam/rolePolicy:RolePolicy"
	clusterArn     = "arn:aws:eks:us-east-1:123456789012:cluster/modelway-test"
)

func args(profiles []computespec.FargateProfile, groups []computespec.NodeGroup) *compute.ComputeArgs {
	return &compute.ComputeArgs{
		ClusterName: pulumi.String("modelway-test"), ClusterArn: pulumi.String(clusterArn), Region: "us-east-1", KubernetesVersion: "1.36",
		SubnetIds:       pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		FargateProfiles: profiles, NodeGroups: groups, Tags: map[string]string{"team": "ml"},
	}
}

// program registers something to wait for, the compute, and something that waits for it.
func program(args *compute.ComputeArgs) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		var cni pulumi.CustomResourceState
		if err := ctx.RegisterResource("aws:eks/addon:Addon", "cni", pulumi.Map{}, &cni); err != nil {
			return err
		}
		args.After = []pulumi.Resource{&cni}
		c, err := compute.NewCompute(ctx, "run", args)
		if err != nil {
			return err
		}
		ctx.Export("hasNodes", pulumi.Bool(c.HasNodes))
		ctx.Export("hasFargate", pulumi.Bool(c.HasFargate))
		ctx.Export("coreDnsOnFargate", pulumi.Bool(c.CoreDNSOnFargate))
		return ctx.RegisterComponentResourceV2("test:index:User", "user", pulumi.Map{}, &pulumi.ResourceState{}, pulumi.DependsOn(c.Resources))
	}
}

var both = args(
	[]computespec.FargateProfile{system, profile("models", computespec.Selector{Namespace: "models*",
		Labels: map[string]string{"modelway.dev/compute": "fargate"}})},
	[]computespec.NodeGroup{
		group(nil),
		group(func(g *computespec.NodeGroup) {
			g.Name, g.InstanceTypes, g.CapacityType, g.AmiType, g.DiskSizeGiB = "spot", []string{"m7g.large", "m6g.large"}, computespec.Spot,
				"BOTTLEROCKET_ARM_64", 80
			g.Labels = map[string]string{"pool": "spot"}
			g.Taints = []computespec.Taint{{Key: "spot", Value: "true", Effect: computespec.NoSchedule},
				{Key: "slow", Effect: computespec.PreferNoSchedule}}
		}),
	})

func TestURNs(t *testing.T) {
	recorder.Golden(t, "testdata/urns.txt", recorder.Run(t, program(both)).URNLines())
}

func TestFargateProfiles(t *testing.T) {
	r := recorder.Run(t, program(both))
	component := r.Find(t, compute.Token, "run")
	role := r.Find(t, roleType, "run-pod-execution")
	attachment := r.Find(t, attachmentType, "run-pod-execution-AmazonEKSFargatePodExecutionRolePolicy")
	recorder.Golden(t, "testdata/pod-execution-trust.json", []byte(role.Input("assumeRolePolicy").(string)))
	require.Equal(t, "/", role.Input("path"), "EKS refuses roles with another path")
	require.Equal(t, role.ID, attachment.Input("role"))
	require.Equal(t, "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy", attachment.Input("policyArn"))

	logs := r.Find(t, policyType, "run-pod-execution-logs")
	require.Equal(t, role.ID, logs.Input("role"))
	recorder.Golden(t, "testdata/pod-execution-logs.json", []byte(logs.Input("policy").(string)))

	first, second := r.Find(t, profileType, "run-system"), r.Find(t, profileType, "run-models")
	for _, p := range []*recorder.Resource{first, second} {
		require.Equal(t, component.URN, p.Parent)
		require.Equal(t, "modelway-test", p.Input("clusterName"))
		require.Equal(t, []any{"subnet-a", "subnet-b"}, p.Input("subnetIds"))
		require.Equal(t, role.Outputs["arn"].StringValue(), p.Input("podExecutionRoleArn"))
		require.Equal(t, "ml", p.Input("tags.team"))
		require.Nil(t, p.Input("fargateProfileName"), "a generated name lets a replacement be created first")
		require.True(t, p.DependsDirectly(attachment.URN))
		require.True(t, p.DependsDirectly(logs.URN))
		require.True(t, p.DependsDirectly(r.Find(t, "aws:eks/addon:Addon", "cni").URN))
	}
	require.Equal(t, []any{map[string]any{"namespace": "models*", "labels": map[string]any{"modelway.dev/compute": "fargate"}}},
		second.Input("selectors"))
	require.Len(t, first.Input("selectors"), 3)
	require.True(t, second.DependsDirectly(first.URN))
	require.False(t, r.Reaches(first.URN, second.URN))
}

func TestNodeGroups(t *testing.T) {
	r := recorder.Run(t, program(both))
	component := r.Find(t, compute.Token, "run")
	role := r.Find(t, roleType, "run-node")
	require.JSONEq(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole"]}]}`,
		role.Input("assumeRolePolicy").(string))
	general, spot := r.Find(t, groupType, "run-general"), r.Find(t, groupType, "run-spot")
	for _, g := range []*recorder.Resource{general, spot} {
		template := r.Find(t, templateType, g.Name+"-template")
		require.Equal(t, component.URN, g.Parent)
		require.Equal(t, role.Outputs["arn"].StringValue(), g.Input("nodeRoleArn"))
		require.Equal(t, []any{"subnet-a", "subnet-b"}, g.Input("subnetIds"))
		require.Equal(t, map[string]any{"id": template.ID, "version": "1"}, g.Input("launchTemplate"))
		require.Equal(t, map[string]any{"minSize": 1.0, "desiredSize": 2.0, "maxSize": 3.0}, g.Input("scalingConfig"))
		require.Equal(t, []string{"scalingConfig.desiredSize"}, g.IgnoreChanges)
		require.Equal(t, 33.0, g.Input("updateConfig.maxUnavailablePercentage"))
		require.Equal(t, true, g.Input("nodeRepairConfig.enabled"))
		require.Equal(t, "1.36", g.Input("version"))
		require.Nil(t, g.Input("diskSize"), "the launch template has it, and EKS refuses both")
		require.Nil(t, g.Input("nodeGroupName"), "a generated name lets a replacement be created first")
		require.Nil(t, g.DeleteBeforeReplace)
		require.True(t, g.DependsDirectly(r.Find(t, "aws:eks/addon:Addon", "cni").URN), "the CNI add-on outlives the nodes")
		for _, policy := range []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"} {
			attachment := r.Find(t, attachmentType, "run-node-"+policy)
			require.Equal(t, "arn:aws:iam::aws:policy/"+policy, attachment.Input("policyArn"))
			require.True(t, g.DependsDirectly(attachment.URN), "%s outlives the nodes", policy)
		}
	}
	require.Equal(t, "ON_DEMAND", general.Input("capacityType"))
	require.Equal(t, "AL2023_x86_64_STANDARD", general.Input("amiType"))
	require.Nil(t, general.Input("taints"))
	require.Equal(t, "SPOT", spot.Input("capacityType"))
	require.Equal(t, []any{"m7g.large", "m6g.large"}, spot.Input("instanceTypes"))
	require.Equal(t, map[string]any{"pool": "spot"}, spot.Input("labels"))
	require.Equal(t, []any{
		map[string]any{"key": "spot", "value": "true", "effect": "NO_SCHEDULE"}, map[string]any{"key": "slow", "effect": "PREFER_NO_SCHEDULE"},
	}, spot.Input("taints"))
}

func TestOneKindOnly(t *testing.T) {
	fargate := recorder.Run(t, program(args([]computespec.FargateProfile{system}, nil)))
	require.Empty(t, fargate.OfType(groupType))
	require.Empty(t, fargate.OfType(templateType))
	require.Len(t, fargate.OfType(roleType), 1)
	require.Equal(t, map[string]any{"hasNodes": false, "hasFargate": true, "coreDnsOnFargate": true}, fargate.Outputs.Mappable())

	nodes := args(nil, []computespec.NodeGroup{group(nil)})
	nodes.ClusterArn, nodes.CniHasOwnRole, nodes.KubernetesVersion = nil, true, ""
	r := recorder.Run(t, program(nodes))
	require.Empty(t, r.OfType(profileType))
	require.Nil(t, r.Lookup(attachmentType, "run-node-AmazonEKS_CNI_Policy"))
	require.Nil(t, r.Find(t, groupType, "run-general").Input("version"))
	require.Equal(t, map[string]any{"hasNodes": true, "hasFargate": false, "coreDnsOnFargate": false}, r.Outputs.Mappable())
}

func TestFargatePodsInSubnetsOfTheirOwn(t *testing.T) {
	a := args([]computespec.FargateProfile{system}, []computespec.NodeGroup{group(nil)})
	a.FargateSubnetIds = pulumi.ToStringArray([]string{"subnet-c", "subnet-d"})
	r := recorder.Run(t, program(a))
	require.Equal(t, []any{"subnet-c", "subnet-d"}, r.Find(t, profileType, "run-system").Input("subnetIds"))
	require.Equal(t, []any{"subnet-a", "subnet-b"}, r.Find(t, groupType, "run-general").Input("subnetIds"))
}

func TestPartitionsAndLongNames(t *testing.T) {
	a := args(nil, []computespec.NodeGroup{group(func(g *computespec.NodeGroup) { g.Name = strings.Repeat("long-", 11) + "name" })})
	a.Region = "cn-north-1"
	r := recorder.Run(t, program(a))
	require.Equal(t, "arn:aws-cn:iam::aws:policy/AmazonEKS_CNI_Policy", r.Find(t, attachmentType,
		"run-node-AmazonEKS_CNI_Policy").Input("policyArn"))
	g := r.OfType(groupType)[0]
	require.LessOrEqual(t, len(g.Input("nodeGroupNamePrefix").(string)), 37)
	require.LessOrEqual(t, len(g.Outputs["nodeGroupName"].StringValue()), 63)
}

// Whatever the mix: profiles form a chain, everything waits for After and is waited for by users, and roles keep their
// policies until the compute is gone.
func TestDeleteOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		profiles := []computespec.FargateProfile{system}
		for i := range rapid.IntRange(0, 3).Draw(t, "profiles") {
			profiles = append(profiles, profile(fmt.Sprint("p", i), computespec.Selector{Namespace: "models*"}))
		}
		var groups []computespec.NodeGroup
		for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
			groups = append(groups, group(func(g *computespec.NodeGroup) { g.Name = fmt.Sprint("g", i) }))
		}
		r := recorder.Run(t, program(args(profiles, groups)))
		for i, p := range profiles[1:] {
			require.True(t, r.Find(t, profileType, "run-"+p.Name).DependsDirectly(r.Find(t, profileType, "run-"+profiles[i].Name).URN))
		}
		user := r.Find(t, "test:index:User", "user")
		for _, res := range append(r.OfType(profileType), r.OfType(groupType)...) {
			require.True(t, user.DependsDirectly(res.URN), "Resources holds %s", res.Name)
			require.True(t, r.Reaches(res.URN, r.Find(t, "aws:eks/addon:Addon", "cni").URN))
			role := r.Find(t, roleType, map[string]string{profileType: "run-pod-execution", groupType: "run-node"}[res.Type])
			for _, attachment := range append(r.OfType(attachmentType), r.OfType(policyType)...) {
				if attachment.Input("role") == role.ID {
					require.True(t, r.Reaches(res.URN, attachment.URN), "%s before %s", res.Name, attachment.Name)
				}
			}
		}
	})
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	bad := &compute.ComputeArgs{FargateProfiles: []computespec.FargateProfile{system, profile(strings.Repeat("x", 95),
		computespec.Selector{Namespace: "Models"})}}
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := compute.NewCompute(ctx, "eks", bad)
		return err
	})
	for _, want := range []string{
		`checking compute "eks"`, "ClusterName and SubnetIds are required", "Region is empty", "ClusterArn is missing",
		`namespace is "Models"`, "its generated name would have 107 characters, EKS allows 100", "would begin with eks-, which EKS reserves",
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}

func TestPreviewWithUnknownCluster(t *testing.T) {
	r := recorder.Run(t, program(both), recorder.WithPreview())
	require.Len(t, r.OfType(groupType), 2)
	require.True(t, r.Find(t, groupType, "run-general").Inputs["nodeRoleArn"].IsComputed())
}
