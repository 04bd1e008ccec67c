package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/release"
)

var chart = addons.Chart{Name: "web", Version: "1.2.3", Repository: "https://charts.example.com", Namespace: "front"}

func TestReleaseFromRepository(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := release.NewRelease(ctx, "web", chart, "", pulumi.Map{"replicaCount": pulumi.Int(2),
			"nested": pulumi.Map{"on": pulumi.Bool(true)}})
		return err
	})
	got := recording.Find(t, release.Token, "web")
	require.True(t, got.Custom)
	require.Equal(t, release.ProviderVersion, got.Version)
	require.NotNil(t, got.DeleteBeforeReplace)
	require.True(t, *got.DeleteBeforeReplace)
	require.Equal(t, map[string]any{
		"atomic":          true,
		"chart":           "web",
		"cleanupOnFail":   true,
		"createNamespace": false,
		"maxHistory":      10.0,
		"name":            "web",
		"namespace":       "front",
		"repositoryOpts":  map[string]any{"repo": "https://charts.example.com"},
		"skipAwait":       false,
		"timeout":         600.0,
		"values":          map[string]any{"replicaCount": 2.0, "nested": map[string]any{"on": true}},
		"version":         "1.2.3",
	}, got.Inputs.Mappable())
}

func TestReleaseFromPathHasNoRepositoryAndNoVersion(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := release.NewRelease(ctx, "web", chart, "./chart", nil)
		return err
	})
	got := recording.Find(t, release.Token, "web")
	require.Equal(t, "./chart", got.Input("chart"))
	for _, absent := range []string{"version", "repositoryOpts", "values"} {
		require.NotContains(t, got.Inputs.Mappable(), absent)
	}
}

func TestCallersOptionsReachTheRelease(t *testing.T) {
	recording := recorder.Run(t, func(ctx *pulumi.Context) error {
		first, err := release.NewRelease(ctx, "first", chart, "", nil)
		if err != nil {
			return err
		}
		_, err = release.NewRelease(ctx, "second", chart, "", nil, pulumi.Parent(first), pulumi.DependsOn([]pulumi.Resource{first}))
		return err
	})
	first, second := recording.Find(t, release.Token, "first"), recording.Find(t, release.Token, "second")
	require.Equal(t, first.URN, second.Parent)
	require.True(t, second.DependsDirectly(first.URN))
}

func TestID(t *testing.T) {
	require.Equal(t, "kube-system/aws-load-balancer-controller", release.ID("kube-system", "aws-load-balancer-controller"))
}

func TestProviderVersionIsThatOfTheSDK(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	require.NoError(t, err)
	pinned := regexp.MustCompile(`github\.com/pulumi/pulumi-kubernetes/sdk/v4 v(\S+)`).FindSubmatch(mod)
	require.NotNil(t, pinned)
	require.Equal(t, string(pinned[1]), release.ProviderVersion)
}
