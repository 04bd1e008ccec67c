package baseline_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/local/baseline"
	"github.com/modelway/modelway/local/charts"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/controlplane"
	"github.com/modelway/modelway/local/helm"
)

// TestBaseline starts one API server for all that follows: what the rules must find, then every environment of the repository and of its
// examples, in which they must find nothing but exceptions.
func TestBaseline(t *testing.T) {
	c, err := checkout.Find(".")
	require.NoError(t, err)
	dir, published := installed(t, c)
	plane, server, renderer := start(t, c, dir)
	t.Run("a misspelled field is refused", func(t *testing.T) { misspelled(t, server) })
	t.Run("a deprecated version is told of", func(t *testing.T) { deprecated(t, server) })
	t.Run("what is missing is found", func(t *testing.T) { missing(t, server) })
	t.Run("pods that are not restricted are refused", func(t *testing.T) { unrestricted(t, server) })
	t.Run("editors are kept from load balancers", func(t *testing.T) { editors(t, c, plane) })
	t.Run("steps of pipelines are kept from the password of the database", func(t *testing.T) { steps(t, c, plane) })
	t.Run("every environment", func(t *testing.T) { every(t, c, renderer, server, dir, published) })
}

// installed is a folder with the charts to judge: the stand-ins of the local stack, and in place of those of cert-manager and KServe the
// published ones. Where their Go modules cannot be downloaded, nothing of the two is judged.
func installed(t *testing.T, c checkout.Checkout) (dir string, published bool) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(c.Root, "local", "charts"))))
	err := charts.Published(t.Context(), c.Root, dir, charts.FullDefinitions)
	if err != nil {
		t.Logf("SKIP: cert-manager and KServe are not judged: %v", err)
	}
	return dir, err == nil
}

func every(t *testing.T, c checkout.Checkout, renderer *helm.Helm, server *baseline.Server, dir string, published bool) {
	var findings []baseline.Finding
	exceptions := baseline.Exceptions()
	if !published {
		exceptions = slices.DeleteFunc(exceptions, func(e baseline.Exception) bool {
			return strings.Contains(e.Object, " cert-manager/") || strings.Contains(e.Object, " kserve/")
		})
	}
	for _, settings := range environments(t, c) {
		if !published && strings.Contains(filepath.Base(settings), "kserve") {
			continue
		}
		environment, set, err := baseline.Record(c.Root, settings)
		require.NoError(t, err)
		objects, err := baseline.Objects(environment, set)
		require.NoError(t, err)
		fromCharts, err := baseline.Charts(t.Context(), renderer, environment, set, dir)
		require.NoError(t, err)
		for kind, among := range map[string][]baseline.Object{"Deployment models/churn": objects, "Namespace models": objects,
			"Deployment kube-system/aws-load-balancer-controller": fromCharts} {
			require.True(t, slices.ContainsFunc(among, func(o baseline.Object) bool { return o.String() == kind }), "%s has no %s", environment,
				kind)
		}
		found, err := baseline.Check(t.Context(), linter(c, server.Version), server, append(objects, fromCharts...))
		require.NoError(t, err)
		findings = append(findings, found...)
	}
	faults, unused := baseline.Judge(findings, exceptions)
	for _, fault := range faults {
		t.Error(fault)
	}
	for _, exception := range unused {
		t.Error(exception)
	}
}

func environments(t *testing.T, c checkout.Checkout) []string {
	t.Helper()
	own, err := filepath.Glob(filepath.Join(c.Root, "Pulumi.*.yaml"))
	require.NoError(t, err)
	examples, err := filepath.Glob(filepath.Join(c.Root, "examples", "configurations", "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(own), 3)
	require.GreaterOrEqual(t, len(examples), 8)
	return append(own, examples...)
}

// binaries is where the built programs are.
func binaries(c checkout.Checkout) string {
	if dir := os.Getenv("MODELWAY_BIN"); dir != "" {
		return dir
	}
	return c.Bin()
}

func linter(c checkout.Checkout, version string) baseline.Linter {
	return baseline.Linter{Module: filepath.Join(c.Root, "local", "tools", "linter"), KubernetesVersion: version}
}

// start runs a control plane with the definitions of the charts.
func start(t *testing.T, c checkout.Checkout, dir string) (*controlplane.ControlPlane, *baseline.Server, *helm.Helm) {
	t.Helper()
	plane, err := controlplane.Start(t.Context(), controlplane.Options{Dir: t.TempDir(), BinDir: binaries(c)})
	require.NoError(t, err)
	t.Cleanup(plane.Stop)
	connection, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	require.NoError(t, err)
	renderer, err := helm.Start(t.Context(), filepath.Join(binaries(c), "pulumi-resource-kubernetes"), plane.Kubeconfig)
	require.NoError(t, err)
	t.Cleanup(renderer.Stop)
	files, err := filepath.Glob(filepath.Join(dir, "*", "crds", "*.yaml"))
	require.NoError(t, err)
	var definitions []*unstructured.Unstructured
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		definition := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal(text, &definition.Object))
		definitions = append(definitions, definition)
	}
	for _, row := range []addons.Helm{addons.CertManager(), addons.KServeDefinitions(), addons.PrometheusDefinitions(),
		addons.ExternalSecrets()} {
		brought, err := baseline.Definitions(t.Context(), renderer, row, dir)
		require.NoError(t, err)
		definitions = append(definitions, brought...)
	}
	require.NotEmpty(t, definitions)
	server, err := baseline.NewServer(t.Context(), connection, definitions)
	require.NoError(t, err)
	return plane, server, renderer
}
