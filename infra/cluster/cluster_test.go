package cluster_test

import (
	"context"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/cluster"
	clusterspec "github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	componentType   = "eks:index:Cluster"
	clusterType     = "aws:eks/cluster:Cluster"
	logGroupType    = "aws:cloudwatch/logGroup:LogGroup"
	keyType         = "aws:kms/key:Key"
	aliasType       = "aws:kms/alias:Alias"
	associationType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"

	admin   = "arn:aws:iam::123456789012:role/platform/Admin"
	science = "arn:aws:iam::123456789012:role/data-science"
	person  = "arn:aws:iam::210987654321:user/data-science"
)

func args(change func(*cluster.ClusterArgs)) *cluster.ClusterArgs {
	a := &cluster.ClusterArgs{
		Name: "modelway-test", KubernetesVersion: "1.36", VpcId: pulumi.String("vpc-1"),
		SubnetIds:     pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		AdminRoleArns: []string{admin}, EndpointPublicAccess: true, PublicAccessCidrs: []string{"203.0.113.0/24"},
		LogRetentionDays: 30, Tags: map[string]string{"team": "ml"},
	}
	if change != nil {
		change(a)
	}
	return a
}

// program registers the cluster, and below its control plane an association as pulumi-eks does.
func program(args *cluster.ClusterArgs, opts ...pulumi.ResourceOption) func(*pulumi.Context) error {
	return func(ctx *pulumi.Context) error {
		c, err := cluster.NewCluster(ctx, "run", args, opts...)
		if err != nil {
			return err
		}
		ctx.Export("securityGroupId", c.SecurityGroupId)
		ctx.Export("issuer", c.OidcIssuer)
		var association pulumi.CustomResourceState
		return ctx.RegisterResource(associationType, "run-entry-edit", pulumi.Map{}, &association, pulumi.Parent(c.ControlPlane))
	}
}

func TestURNs(t *testing.T) {
	recorder.Golden(t, "testdata/urns.txt", recorder.Run(t, program(args(nil))).URNLines())
}

func TestControlPlane(t *testing.T) {
	r := recorder.Run(t, program(args(nil)))
	component, key, logs := r.Find(t, componentType, "run"), r.Find(t, keyType, "run-secrets"), r.Find(t, logGroupType, "run-logs")
	recorder.GoldenJSON(t, "testdata/control-plane.json", component.Inputs.Mappable())
	require.Equal(t, r.Find(t, cluster.Token, "run").URN, component.Parent)
	require.Equal(t, "2.8.1", component.Version)
	require.True(t, component.DependsDirectly(key.URN), "the key outlives the cluster")
	require.True(t, component.DependsDirectly(logs.URN), "the log group outlives the cluster, which would make it again")

	c := r.Find(t, clusterType, "run-eksCluster")
	require.Equal(t, map[string]any{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false}, c.Input("accessConfig"))
	require.Equal(t, []string{"accessConfig.bootstrapClusterCreatorAdminPermissions"}, c.IgnoreChanges)
	require.Equal(t, "STANDARD", c.Input("upgradePolicy.supportType"))
	require.Equal(t, false, c.Input("bootstrapSelfManagedAddons"))
	require.Equal(t, true, c.Input("zonalShiftConfig.enabled"))
	require.Contains(t, r.Outputs["issuer"].StringValue(), "https://oidc.eks.us-east-1.amazonaws.com/id/")

	extended := recorder.Run(t, program(args(func(a *cluster.ClusterArgs) { a.SupportType = cluster.ExtendedSupport })))
	require.Equal(t, "EXTENDED", extended.Find(t, clusterType, "run-eksCluster").Input("upgradePolicy.supportType"))
}

// Nothing but the cluster and the associations is changed inside the component of pulumi-eks.
func TestAssociationsAreDeletedBeforeTheyAreReplaced(t *testing.T) {
	r := recorder.Run(t, program(args(nil)))
	association := r.Find(t, associationType, "run-entry-edit")
	require.NotNil(t, association.DeleteBeforeReplace)
	require.True(t, *association.DeleteBeforeReplace)
	require.Nil(t, r.Find(t, clusterType, "run-eksCluster").DeleteBeforeReplace)
}

// The recorder's cluster answers with what it is told; EKS tells the id of the group that it has made.
func TestSecurityGroup(t *testing.T) {
	answer := func(_ context.Context, child *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
		if child.Type != clusterType {
			return nil
		}
		child.Props["vpcConfig"] = pulumi.Map{"clusterSecurityGroupId": pulumi.String("sg-0123456789abcdef0"),
			"securityGroupIds": pulumi.ToStringArray([]string{"sg-1"})}
		return &pulumi.ResourceTransformResult{Props: child.Props, Opts: child.Opts}
	}
	r := recorder.Run(t, program(args(nil), pulumi.Transforms([]pulumi.ResourceTransform{answer})))
	want := r.Find(t, clusterType, "run-eksCluster").Outputs.Mappable()["vpcConfig"].(map[string]any)["clusterSecurityGroupId"]
	require.NotEmpty(t, want)
	require.Equal(t, want, r.Outputs["securityGroupId"].StringValue())
}

func TestKeyAndLogGroup(t *testing.T) {
	r := recorder.Run(t, program(args(nil)))
	key, alias, logs := r.Find(t, keyType, "run-secrets"), r.Find(t, aliasType, "run-secrets-alias"), r.Find(t, logGroupType, "run-logs")
	require.Equal(t, true, key.Input("enableKeyRotation"))
	require.Equal(t, 30.0, key.Input("deletionWindowInDays"))
	require.Equal(t, "alias/eks/modelway-test", alias.Input("name"))
	require.Equal(t, key.Outputs["keyId"].StringValue(), alias.Input("targetKeyId"))
	require.Equal(t, "/aws/eks/modelway-test/cluster", logs.Input("name"))
	require.Equal(t, 30.0, logs.Input("retentionInDays"))
	require.Empty(t, logs.ImportID)
	require.Empty(t, logs.IgnoreChanges)
	for _, res := range []*recorder.Resource{key, logs} {
		require.Equal(t, "ml", res.Input("tags.team"))
	}
}

func TestAdoptedLogGroupIsLeftAsItIs(t *testing.T) {
	logs := recorder.Run(t, program(args(func(a *cluster.ClusterArgs) { a.AdoptLogGroup = true }))).Find(t, logGroupType, "run-logs")
	require.Equal(t, "/aws/eks/modelway-test/cluster", logs.ImportID)
	require.Equal(t, []string{"kmsKeyId", "logGroupClass", "retentionInDays", "skipDestroy", "tags", "tagsAll"}, logs.IgnoreChanges)
	for input := range logs.Inputs {
		require.True(t, input == "name" || slices.Contains(logs.IgnoreChanges, string(input)), "an import fails on %s", input)
	}
}

func TestProtect(t *testing.T) {
	for _, protect := range []bool{false, true} {
		r := recorder.Run(t, program(args(func(a *cluster.ClusterArgs) { a.Protect = protect })))
		for _, res := range []*recorder.Resource{
			r.Find(t, logGroupType, "run-logs"), r.Find(t, keyType, "run-secrets"), r.Find(t, componentType, "run"),
			r.Find(t, clusterType, "run-eksCluster"),
		} {
			require.Equal(t, protect, res.Protect, res.Name)
		}
	}
}

func TestFaultsAreReportedTogetherBeforeAnythingIsRegistered(t *testing.T) {
	r, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := cluster.NewCluster(ctx, "bad", &cluster.ClusterArgs{
			Name: "-x", SupportType: "LONG", EndpointPublicAccess: true,
			AccessEntries: []clusterspec.AccessEntry{{PrincipalArn: science, Policy: "root"}},
		})
		return err
	})
	for _, want := range []string{
		`checking cluster "bad"`, `name is "-x": not a valid name of an EKS cluster`,
		`supportType is "LONG": not one of the allowed values; allowed: STANDARD, EXTENDED`,
		"VpcId and SubnetIds are required", "adminRoleArns is []: too few items",
		"publicAccessCidrs is []: empty, but endpointPublicAccess is true",
		`accessEntries[0].policy is "root": not one of the allowed values; allowed: admin, edit, view`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, r.Resources)
}

func TestPreview(t *testing.T) {
	r := recorder.Run(t, program(args(nil)), recorder.WithPreview())
	require.Equal(t, false, r.Find(t, clusterType, "run-eksCluster").Input("accessConfig.bootstrapClusterCreatorAdminPermissions"))
}

// TestControlPlaneHasTheProgramsProvider fails when the cluster is left to the AWS provider that pulumi-eks asks for, which lacks
// properties of it.
func TestControlPlaneHasTheProgramsProvider(t *testing.T) {
	r := recorder.Run(t, program(args(nil)))
	require.Equal(t, "6.83.2", r.OfType(clusterType)[0].Version)
	require.Equal(t, "6.83.2", r.Find(t, associationType, "run-entry-edit").Version)
}
