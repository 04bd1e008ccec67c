package autoscaler_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/autoscaler"
	"github.com/modelway/modelway/k8s/release"
)

const roleArn = "arn:aws:iam::123456789012:role/modelway-test-cluster-autoscaler"

func TestAutoscalerGolden(t *testing.T) {
	withRole := args()
	withRole.RoleArn = pulumi.String(roleArn)
	recording := run(t, withRole, 0)
	component := recording.Find(t, autoscaler.Token, "nodes")
	got := recording.Find(t, release.Token, "nodes-release")
	require.Equal(t, []*recorder.Resource{got}, recording.Children(component.URN))
	require.Equal(t, "1.36", component.Input("kubernetesVersion"))
	require.Equal(t, roleArn, component.Input("roleArn"))
	recorder.GoldenJSON(t, filepath.Join("testdata", "release.golden.json"), got.Inputs.Mappable())
}

func TestPodIdentityNeedsNoAnnotation(t *testing.T) {
	recording := run(t, args(), 0)
	require.Equal(t, map[string]any{"create": true, "name": "cluster-autoscaler"},
		recording.Find(t, release.Token, "nodes-release").Input("values.rbac.serviceAccount"))
	require.Nil(t, recording.Find(t, autoscaler.Token, "nodes").Input("roleArn"))
}

func TestImageFitsTheKubernetesVersion(t *testing.T) {
	for version, tag := range map[string]string{"1.33": "v1.33.6", "1.35": "v1.35.2", "1.37": "v1.36.1"} {
		of := args()
		of.KubernetesVersion = version
		require.Equal(t, map[string]any{"tag": tag}, run(t, of, 0).Find(t, release.Token, "nodes-release").Input("values.image"))
	}
}

func TestImageMirror(t *testing.T) {
	mirrored := args()
	mirrored.ImageMirror = "mirror.example.com/copies"
	mirrored.Values = map[string]any{"image": map[string]any{"repository": "another.example.com/autoscaler"}}
	require.Equal(t, map[string]any{"repository": "mirror.example.com/copies/autoscaling/cluster-autoscaler", "tag": "v1.36.1"},
		run(t, mirrored, 0).Find(t, release.Token, "nodes-release").Input("values.image"))
}

func TestReleaseDependsOnEachNeedDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 6).Draw(t, "needs")
		recording := run(t, args(), count)
		got := recording.Find(t, release.Token, "nodes-release")
		needs := recording.OfType("test:index:Need")
		require.Len(t, needs, count)
		for _, need := range needs {
			require.True(t, got.DependsDirectly(need.URN), "the release does not depend on %s", need.Name)
		}
	})
}

func TestValuesFollowOutputs(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		role := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("test:index:Role", "role", pulumi.Map{}, role); err != nil {
			return err
		}
		of := args()
		of.RoleArn = role.ID().ToStringOutput()
		_, err := autoscaler.NewAutoscaler(ctx, "nodes", of)
		return err
	})
	role := recording.Find(t, "test:index:Role", "role")
	got := recording.Find(t, release.Token, "nodes-release")
	require.Equal(t, role.ID, got.Input(`values.rbac.serviceAccount.annotations["eks.amazonaws.com/role-arn"]`))
	require.True(t, got.DependsDirectly(role.URN))
}

func TestOverrides(t *testing.T) {
	overridden := args()
	overridden.Chart = "../local/chart"
	overridden.Replicas = 1
	overridden.Values = map[string]any{
		"image":         map[string]any{"tag": "v1.36.2"},
		"extraArgs":     map[string]any{"expander": "priority"},
		"awsRegion":     "eu-west-1",
		"autoDiscovery": map[string]any{"clusterName": "another"},
		"rbac":          map[string]any{"serviceAccount": map[string]any{"name": "another"}, "annotations": map[string]any{"team": "ml"}},
	}
	got := run(t, overridden, 0).Find(t, release.Token, "nodes-release")
	require.Equal(t, "../local/chart", got.Input("chart"))
	require.Nil(t, got.Input("version"))
	require.Nil(t, got.Input("repositoryOpts"))
	require.Equal(t, "cluster-autoscaler", got.Input("name"))
	require.Equal(t, 1.0, got.Input("values.replicaCount"))
	require.Equal(t, "v1.36.2", got.Input("values.image.tag"))
	require.Equal(t, "priority", got.Input("values.extraArgs.expander"))
	require.Equal(t, false, got.Input(`values.extraArgs["skip-nodes-with-local-storage"]`), "what is not overridden stays")
	require.Equal(t, "ml", got.Input("values.rbac.annotations.team"), "what stands beside the cluster's own values stays")
	require.Equal(t, "us-east-1", got.Input("values.awsRegion"), "the region cannot be overridden")
	require.Equal(t, "modelway-test", got.Input("values.autoDiscovery.clusterName"), "the cluster's name cannot be overridden")
	require.Equal(t, "cluster-autoscaler", got.Input("values.rbac.serviceAccount.name"), "the role trusts this name")
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := autoscaler.NewAutoscaler(ctx, "nodes", &autoscaler.AutoscalerArgs{
			KubernetesVersion: "1.12", Replicas: -1, ImageMirror: "mirror.example.com/",
		})
		return err
	})
	for _, want := range []string{
		`autoscaler "nodes"`, "ClusterName", "Region", `KubernetesVersion: no release of the Cluster Autoscaler is known for Kubernetes "1.12"`,
		"Replicas is -1", `ImageMirror: "mirror.example.com/" is not`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.OfType(autoscaler.Token), "nothing is registered")
	_, err = recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := autoscaler.NewAutoscaler(ctx, "nodes", nil)
		return err
	})
	require.ErrorContains(t, err, "AutoscalerArgs is nil")
}

func args() *autoscaler.AutoscalerArgs {
	return &autoscaler.AutoscalerArgs{
		ClusterName:       pulumi.String("modelway-test"),
		Region:            pulumi.String("us-east-1"),
		KubernetesVersion: "1.36",
	}
}

func run(t recorder.TB, args *autoscaler.AutoscalerArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", needs); err != nil {
			return err
		}
		_, err = autoscaler.NewAutoscaler(ctx, "nodes", args)
		return err
	})
}
