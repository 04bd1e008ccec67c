package addon_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/addon"
	"github.com/modelway/modelway/k8s/release"
)

const (
	controllerRole = "arn:aws:iam::123456789012:role/modelway-test-load-balancer-controller"
	autoscalerRole = "arn:aws:iam::123456789012:role/modelway-test-cluster-autoscaler"
)

func TestReleaseGoldens(t *testing.T) {
	for role, row := range map[string]addon.Row{controllerRole: addon.LoadBalancerController(), autoscalerRole: addon.ClusterAutoscaler()} {
		withRole := args(row)
		withRole.RoleArn = pulumi.String(role)
		recording := run(t, withRole, 0)
		component := recording.Find(t, row.Token, "a")
		got := recording.Find(t, release.Token, "a-release")
		require.Equal(t, []*recorder.Resource{got}, recording.Children(component.URN))
		require.False(t, component.Custom)
		require.Equal(t, role, component.Input("roleArn"))
		recorder.GoldenJSON(t, filepath.Join("testdata", row.Key+".golden.json"), got.Inputs.Mappable())
	}
}

func TestComponentHasWhatTheRowAsksFor(t *testing.T) {
	controller := run(t, args(addon.LoadBalancerController()), 0).Find(t, "modelway:controller:Controller", "a")
	require.Equal(t, "vpc-0a1b2c3d", controller.Input("vpcId"))
	require.Nil(t, controller.Input("kubernetesVersion"))
	autoscaler := run(t, args(addon.ClusterAutoscaler()), 0).Find(t, "modelway:autoscaler:Autoscaler", "a")
	require.Equal(t, "1.36", autoscaler.Input("kubernetesVersion"))
	require.Equal(t, 2.0, autoscaler.Input("replicas"))
}

func TestPodIdentityNeedsNoAnnotation(t *testing.T) {
	for place, row := range map[string]addon.Row{"values.serviceAccount": addon.LoadBalancerController(),
		"values.rbac.serviceAccount": addon.ClusterAutoscaler()} {
		recording := run(t, args(row), 0)
		require.Equal(t, map[string]any{"create": true, "name": row.ServiceAccount}, recording.Find(t, release.Token, "a-release").Input(place))
		require.Nil(t, recording.Find(t, row.Token, "a").Input("roleArn"))
	}
}

func TestImageFitsTheKubernetesVersion(t *testing.T) {
	for version, tag := range map[string]string{"1.33": "v1.33.6", "1.35": "v1.35.2", "1.37": "v1.36.1"} {
		of := args(addon.ClusterAutoscaler())
		of.Facts.KubernetesVersion = version
		require.Equal(t, map[string]any{"tag": tag}, run(t, of, 0).Find(t, release.Token, "a-release").Input("values.image"))
	}
}

func TestImageMirror(t *testing.T) {
	mirrored := args(addon.LoadBalancerController())
	mirrored.ImageMirror = "mirror.example.com/copies"
	mirrored.Values = map[string]any{"image": map[string]any{"tag": "v0.0.1", "repository": "another.example.com/controller"}}
	recording := run(t, mirrored, 0)
	require.Equal(t, map[string]any{"repository": "mirror.example.com/copies/eks/aws-load-balancer-controller", "tag": "v0.0.1"},
		recording.Find(t, release.Token, "a-release").Input("values.image"))
	require.Equal(t, "mirror.example.com/copies", recording.Find(t, mirrored.Row.Token, "a").Input("imageMirror"))

	mirrored = args(addon.ClusterAutoscaler())
	mirrored.ImageMirror = "mirror.example.com/copies"
	require.Equal(t, map[string]any{"repository": "mirror.example.com/copies/autoscaling/cluster-autoscaler", "tag": "v1.36.1"},
		run(t, mirrored, 0).Find(t, release.Token, "a-release").Input("values.image"))
}

func TestReleaseDependsOnEachNeedDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 6).Draw(t, "needs")
		recording := run(t, args(rapid.SampledFrom(addon.Rows()).Draw(t, "row")), count)
		got := recording.Find(t, release.Token, "a-release")
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
		of := args(addon.ClusterAutoscaler())
		of.RoleArn = role.ID().ToStringOutput()
		_, err := addon.NewAddon(ctx, "a", of)
		return err
	})
	role := recording.Find(t, "test:index:Role", "role")
	got := recording.Find(t, release.Token, "a-release")
	require.Equal(t, role.ID, got.Input(`values.rbac.serviceAccount.annotations["eks.amazonaws.com/role-arn"]`))
	require.True(t, got.DependsDirectly(role.URN))
}

func TestOverrides(t *testing.T) {
	overridden := args(addon.ClusterAutoscaler())
	overridden.Chart = "../local/chart"
	overridden.Replicas = 1
	overridden.Values = map[string]any{
		"image":         map[string]any{"tag": "v1.36.2"},
		"resources":     map[string]any{"limits": map[string]any{"cpu": "1"}},
		"extraArgs":     map[string]any{"expander": "priority"},
		"awsRegion":     "eu-west-1",
		"autoDiscovery": map[string]any{"clusterName": "another"},
		"rbac":          map[string]any{"serviceAccount": map[string]any{"name": "another"}, "annotations": map[string]any{"team": "ml"}},
	}
	got := run(t, overridden, 0).Find(t, release.Token, "a-release")
	require.Equal(t, "../local/chart", got.Input("chart"))
	require.Nil(t, got.Input("version"))
	require.Nil(t, got.Input("repositoryOpts"))
	require.Equal(t, "cluster-autoscaler", got.Input("name"))
	require.Equal(t, 1.0, got.Input("values.replicaCount"))
	require.Equal(t, "v1.36.2", got.Input("values.image.tag"))
	require.Equal(t, "1", got.Input("values.resources.limits.cpu"))
	require.Equal(t, "768Mi", got.Input("values.resources.limits.memory"), "what is not overridden stays")
	require.Equal(t, "priority", got.Input("values.extraArgs.expander"))
	require.Equal(t, false, got.Input(`values.extraArgs["skip-nodes-with-local-storage"]`), "what is not overridden stays")
	require.Equal(t, "ml", got.Input("values.rbac.annotations.team"), "what stands beside the cluster's own values stays")
	require.Equal(t, "us-east-1", got.Input("values.awsRegion"), "the region cannot be overridden")
	require.Equal(t, "modelway-test", got.Input("values.autoDiscovery.clusterName"), "the cluster's name cannot be overridden")
	require.Equal(t, "cluster-autoscaler", got.Input("values.rbac.serviceAccount.name"), "the role trusts this name")
}

func TestOwnNamespace(t *testing.T) {
	row := addon.ClusterAutoscaler()
	row.Chart.Namespace, row.PodSecurity = "scaling", "baseline"
	recording := run(t, args(row), 1)
	namespace := recording.Find(t, "kubernetes:core/v1:Namespace", "a-namespace")
	require.Equal(t, "scaling", namespace.Input("metadata.name"))
	require.Equal(t, "baseline", namespace.Input(`metadata.labels["pod-security.kubernetes.io/enforce"]`))
	got := recording.Find(t, release.Token, "a-release")
	require.Equal(t, "scaling", got.Input("namespace"))
	require.True(t, got.DependsDirectly(namespace.URN), "the namespace outlives the release")
}

func TestFaultsAreReportedTogether(t *testing.T) {
	for _, row := range addon.Rows() {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := addon.NewAddon(ctx, "a", &addon.AddonArgs{Row: row, Facts: addon.Facts{KubernetesVersion: "1.12"}, Replicas: -1,
				ImageMirror: "https://mirror"})
			return err
		})
		want := []string{`add-on "a"`, "Replicas is -1", `ImageMirror is "https://mirror": not`}
		for place, fault := range map[string]string{row.Places.ClusterName: "ClusterName is required",
			row.Places.Region: "Facts.Region is required"} {
			if place != "" {
				want = append(want, fault)
			}
		}
		if row.ByVersion() {
			want = append(want, `KubernetesVersion: no release of the Cluster Autoscaler is known for Kubernetes "1.12"`)
		}
		if row.Places.VpcId != "" {
			want = append(want, "VpcId is required")
		}
		for _, fault := range want {
			require.ErrorContains(t, err, fault)
		}
		require.Empty(t, recording.OfType(row.Token), "nothing is registered")
	}
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := addon.NewAddon(ctx, "a", nil)
		return err
	})
	require.ErrorContains(t, err, "AddonArgs.Row is required")
}

func args(row addon.Row) *addon.AddonArgs {
	return &addon.AddonArgs{
		Row:         row,
		Facts:       addon.Facts{Region: "us-east-1", KubernetesVersion: "1.36"},
		ClusterName: pulumi.String("modelway-test"),
		VpcId:       pulumi.String("vpc-0a1b2c3d"),
	}
}

func run(t recorder.TB, args *addon.AddonArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		var err error
		if args.DependsOn, err = recorder.StandIns(ctx, "Need", needs); err != nil {
			return err
		}
		_, err = addon.NewAddon(ctx, "a", args)
		return err
	})
}
