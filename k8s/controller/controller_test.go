package controller_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/controller"
	"github.com/modelway/modelway/k8s/release"
)

func TestControllerGolden(t *testing.T) {
	recording := run(t, args(), 0)
	component := recording.Find(t, controller.Token, "alb")
	got := recording.Find(t, release.Token, "alb-release")
	require.Equal(t, component.URN, got.Parent)
	require.Equal(t, []*recorder.Resource{got}, recording.Children(component.URN))
	require.False(t, component.Custom)
	require.Equal(t, "vpc-0a1b2c3d", component.Input("vpcId"))
	recorder.GoldenJSON(t, filepath.Join("testdata", "release.golden.json"), got.Inputs.Mappable())
}

func TestReleaseDependsOnEachNeedDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 6).Draw(t, "prerequisites")
		recording := run(t, args(), count)
		got := recording.Find(t, release.Token, "alb-release")
		needs := recording.OfType("test:index:Need")
		require.Len(t, needs, count)
		for _, need := range needs {
			require.True(t, got.DependsDirectly(need.URN), "the release does not depend on %s", need.Name)
		}
	})
}

func TestChartOverride(t *testing.T) {
	overridden := args()
	overridden.Chart = "../local/chart"
	overridden.Replicas = 1
	overridden.Values = map[string]any{
		"image":       map[string]any{"tag": "v0.0.1"},
		"resources":   map[string]any{"limits": map[string]any{"cpu": "1"}},
		"clusterName": "another",
	}
	got := run(t, overridden, 0).Find(t, release.Token, "alb-release")
	require.Equal(t, "../local/chart", got.Input("chart"))
	require.Nil(t, got.Input("version"))
	require.Nil(t, got.Input("repositoryOpts"))
	require.Equal(t, "aws-load-balancer-controller", got.Input("name"))
	require.Equal(t, 1.0, got.Input("values.replicaCount"))
	require.Equal(t, "v0.0.1", got.Input("values.image.tag"))
	require.Equal(t, "1", got.Input("values.resources.limits.cpu"))
	require.Equal(t, "768Mi", got.Input("values.resources.limits.memory"), "what is not overridden stays")
	require.Equal(t, "modelway-test", got.Input("values.clusterName"), "the cluster's name cannot be overridden")
}

func TestPodIdentityNeedsNoAnnotation(t *testing.T) {
	associated := args()
	associated.RoleArn = nil
	recording := run(t, associated, 0)
	require.Equal(t, map[string]any{"create": true, "name": "aws-load-balancer-controller"},
		recording.Find(t, release.Token, "alb-release").Input("values.serviceAccount"))
	require.Nil(t, recording.Find(t, controller.Token, "alb").Input("roleArn"))
}

func TestImageMirror(t *testing.T) {
	mirrored := args()
	mirrored.ImageMirror = "mirror.example.com/copies"
	mirrored.Values = map[string]any{"image": map[string]any{"tag": "v0.0.1", "repository": "another.example.com/controller"}}
	recording := run(t, mirrored, 0)
	got := recording.Find(t, release.Token, "alb-release")
	require.Equal(t, map[string]any{"repository": "mirror.example.com/copies/eks/aws-load-balancer-controller", "tag": "v0.0.1"}, got.Input("values.image"))
	require.Equal(t, "mirror.example.com/copies", recording.Find(t, controller.Token, "alb").Input("imageMirror"))
}

func TestFaultsAreReportedTogether(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := controller.NewController(ctx, "alb", &controller.ControllerArgs{Replicas: -1, ImageMirror: "https://mirror"})
		return err
	})
	for _, want := range []string{`controller "alb"`, "ClusterName", "Region", "VpcId", "Replicas is -1", `ImageMirror: "https://mirror" is not`} {
		require.ErrorContains(t, err, want)
	}
	require.Empty(t, recording.OfType(controller.Token), "nothing is registered")
}

func args() *controller.ControllerArgs {
	return &controller.ControllerArgs{
		ClusterName: pulumi.String("modelway-test"),
		Region:      pulumi.String("us-east-1"),
		VpcId:       pulumi.String("vpc-0a1b2c3d"),
		RoleArn:     pulumi.String("arn:aws:iam::123456789012:role/modelway-test-load-balancer-controller"),
	}
}

func run(t recorder.TB, args *controller.ControllerArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", needs); err != nil {
			return err
		}
		_, err = controller.NewController(ctx, "alb", args)
		return err
	})
}
