package charts

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestLoadBalancerControllerValuesGolden(t *testing.T) {
	golden(t, "aws-load-balancer-controller.golden.yaml", LoadBalancerControllerValues(2))
}

// The .names file lists each value of the pinned chart, with its kind where the chart gives it one: {} for a free map,
// [] for a list.
func TestLoadBalancerControllerValuesExistInTheChart(t *testing.T) {
	chart := LoadBalancerController()
	known := readNames(t, chart.Name+"-"+chart.Version+".names")
	// The template writes these whole, so they take more than the fields that have a default.
	known["podSecurityContext"], known["securityContext"] = "{}", "{}"
	for _, name := range leaves(LoadBalancerControllerValues(2), known) {
		require.Contains(t, known, name, "chart %s %s has no value %s", chart.Name, chart.Version, name)
	}
	for _, name := range []string{"clusterName", "region", "vpcId", "serviceAccount.create", "serviceAccount.name", "serviceAccount.annotations"} {
		require.Contains(t, known, name, "a value that the controller component sets")
	}
}

func TestUnknownValueIsCaught(t *testing.T) {
	known := readNames(t, "aws-load-balancer-controller-3.5.0.names")
	for _, values := range []map[string]any{
		{"keepTlsSecret": true},
		{"ingressClassParams": map[string]any{"created": true}},
	} {
		for _, name := range leaves(values, known) {
			require.NotContains(t, known, name)
		}
	}
}

// golden compares values with a file below testdata, or rewrites it with -update.
func golden(t *testing.T, file string, values map[string]any) {
	t.Helper()
	got, err := yaml.Marshal(values)
	require.NoError(t, err)
	path := filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func readNames(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	known := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		known[name] = kind
	}
	return known
}

// leaves returns the dotted names of values, stopping at a map that the chart leaves free.
func leaves(values map[string]any, known map[string]string) []string {
	var names []string
	for key, value := range values {
		below, isMap := value.(map[string]any)
		if !isMap || known[key] == "{}" {
			names = append(names, key)
			continue
		}
		for _, name := range leaves(below, nil) {
			names = append(names, key+"."+name)
		}
	}
	return names
}
