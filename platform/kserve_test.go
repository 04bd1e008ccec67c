package platform

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/recorder"
)

var (
	kserveObject = named(isType("kubernetes:"+kserve.RuntimeVersion+":ClusterServingRuntime", "kubernetes:"+kserve.RuntimeVersion+
		":ClusterStorageContainer",
		"kubernetes:apps/v1:DeploymentPatch", "kubernetes:policy/v1:PodDisruptionBudget"), "-kserve-serving-")
	certManager = releaseOf(addons.CertManagerKey)
)

// kserveRules are the edges without which KServe, or what it needs, could go before a model whose finalizer only KServe removes.
var kserveRules = []rule{
	{"a model with files goes before what KServe serves it with", inferenceService, kserveObject, nil},
	{"a model with files goes before cert-manager", inferenceService, certManager, nil},
	{"a model with files goes before the routes to AWS", inferenceService, routes, nil},
	{"what KServe serves with goes before KServe", kserveObject, kserveRelease, nil},
	{"KServe's runtimes go before its controller", releaseOf(addons.KServeRuntimesKey), releaseOf(addons.KServeKey), nil},
	{"KServe's controller goes before its definitions", releaseOf(addons.KServeKey), releaseOf(addons.KServeDefinitionsKey), nil},
	{"KServe's controller goes before cert-manager", releaseOf(addons.KServeKey), certManager, nil},
	{"KServe's definitions go before cert-manager", releaseOf(addons.KServeDefinitionsKey), certManager, nil},
	{"KServe's definitions go before the namespace", releaseOf(addons.KServeDefinitionsKey), named(isType("kubernetes:core/v1:Namespace"), "-"+
		addons.KServeDefinitionsKey+"-"), nil},
}

// releaseOf is the release of a row.
func releaseOf(key string) func(*recorder.Resource) bool {
	return named(anyRelease, "-"+key+"-release")
}

// TestKServeWithoutNodes looks for the places of KServe's pods, and for what they cost.
func TestKServeWithoutNodes(t *testing.T) {
	r := recordStored(t, func(c *config.Config) { c.KServe.Enabled = true })
	for key, namespace := range map[string]string{"certmanager": "cert-manager", "kserve": "kserve"} {
		profile := r.Find(t, "aws:eks/fargateProfile:FargateProfile", "modelway-compute-"+key)
		require.Equal(t, []any{map[string]any{"namespace": namespace}}, profile.Input("selectors"))
	}
	require.Len(t, r.OfType("aws:eks/fargateProfile:FargateProfile"), 4, "no profile for a chart without pods")
	var billed []string
	for _, item := range cost.Of(r.Set(), recorder.DefaultRegion, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)).Items {
		if item.Component == "certmanager" || item.Component == "kserve" {
			arithmetic, _, _ := strings.Cut(item.Arithmetic, " x ")
			billed = append(billed, item.Component+": "+item.What+": "+arithmetic)
		}
	}
	require.ElementsMatch(t, []string{
		"certmanager: Fargate pod, 0.25 vCPU, 0.5 GB: 1", "certmanager: Fargate pod, 0.25 vCPU, 0.5 GB: 1",
		"certmanager: Fargate pod, 0.25 vCPU, 0.5 GB: 2", "kserve: Fargate pod, 0.25 vCPU, 1 GB: 2",
	}, billed)
	for _, role := range r.OfType("aws:iam/role:Role") {
		require.NotRegexp(t, "certmanager|kserve", role.Name, "neither calls AWS")
	}
}

// TestKServeWithoutInternet wants every image that the releases and KServe's objects name from the mirror.
func TestKServeWithoutInternet(t *testing.T) {
	const mirror = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror"
	r := recordStored(t, func(c *config.Config) { c.KServe.Enabled, c.Images.Mirror = true, mirror })
	named := 0
	for _, row := range addons.Installed(config.Config{KServe: config.KServe{Enabled: true}}.Facts()) {
		release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-"+row.Key+"-release")
		for _, image := range row.Chart.Images {
			key := image.Key
			if key == "" {
				key = "repository"
			}
			at := image.At
			if at == "" {
				at = "image"
			}
			require.Regexp(t, "^"+mirror+"/", release.Input("values."+at+"."+key), "%s of %s", image.Repository, row.Chart.Name)
			named++
		}
	}
	require.Greater(t, named, 14)
}

// TestKServeIsNotInstalledUnasked keeps environments without the setting as they are.
func TestKServeIsNotInstalledUnasked(t *testing.T) {
	for _, r := range recordStored(t).Resources {
		require.NotRegexp(t, "kserve|cert-manager|certmanager", r.Name+r.Type)
	}
}

// TestChartsOfARegistry wants charts of a registry by their whole address, and namespaces once.
func TestChartsOfARegistry(t *testing.T) {
	r := recordStored(t, func(c *config.Config) { c.KServe.Enabled = true })
	release := r.Find(t, "kubernetes:helm.sh/v3:Release", "modelway-kserve-release")
	require.Equal(t, []any{"oci://ghcr.io/kserve/charts/kserve-resources", "v0.20.0", nil},
		[]any{release.Input("chart"), release.Input("version"), release.Input("repositoryOpts")})
	require.Equal(t, "https://charts.jetstack.io", r.Find(t, "kubernetes:helm.sh/v3:Release",
		"modelway-certmanager-release").Input("repositoryOpts.repo"))
	var names []any
	for _, namespace := range r.OfType("kubernetes:core/v1:Namespace") {
		names = append(names, namespace.Input("metadata.name"))
	}
	require.Subset(t, names, []any{"kserve", "cert-manager"})
	seen := map[any]bool{}
	for _, name := range names {
		require.False(t, seen[name], "%s is registered twice", name)
		seen[name] = true
	}
}
