package addons

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// installed are the values of a row, with stand-ins for what belongs to the cluster where whole says so.
func installed(row Helm, whole bool) map[string]any {
	in := Install{Facts: Facts{KubernetesVersion: "1.36"}}
	if whole {
		in.ClusterName, in.VpcId, in.RoleArn, in.Mirror = "cluster", "vpc", "role", "mirror.example.com"
		return row.ValuesOf(in)
	}
	row.Places = Places{}
	return row.ValuesOf(in)
}

func TestValuesGolden(t *testing.T) {
	for _, row := range Charted() {
		values, err := yaml.Marshal(installed(row, false))
		require.NoError(t, err)
		recorder.Golden(t, filepath.Join("testdata", row.Chart.Name+".golden.yaml"), values)
	}
}

// writtenWhole are values that a chart's template writes as they are, so that they take more than the fields that have a default.
var writtenWhole = map[string][]string{
	ControllerKey:  {"podSecurityContext", "securityContext"},
	CertManagerKey: {"webhook.podDisruptionBudget"},
	KServeKey:      {"kserve.storage.containerSecurityContext"},
	ArgocdKey:      {"configs.cm", "configs.params", "configs.rbac"},
	PrometheusKey:  {"alertmanager.config", "grafana.grafana.ini", "prometheus-node-exporter.containerSecurityContext"},
	KServeRuntimesKey: {
		"kserve.servingruntime.sklearnserver.securityContext", "kserve.servingruntime.xgbserver.securityContext",
		"kserve.servingruntime.lgbserver.securityContext",
	},
}

// The .names file lists each value of the pinned chart, with its kind where the chart gives it one: {} for a free map,
// [] for a list.
func TestValuesExistInTheChart(t *testing.T) {
	for _, row := range Charted() {
		chart := row.Chart
		known := readNames(t, chart.Name+"-"+chart.Version+".names")
		for _, name := range writtenWhole[row.Key] {
			known[name] = "{}"
		}
		for _, name := range leaves(installed(row, true), known) {
			require.Contains(t, known, name, "chart %s %s has no value %s", chart.Name, chart.Version, name)
		}
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
	return leavesBelow("", values, known)
}

func leavesBelow(prefix string, values map[string]any, known map[string]string) (names []string) {
	for key, value := range values {
		if below, isMap := value.(map[string]any); isMap && known[prefix+key] != "{}" {
			names = append(names, leavesBelow(prefix+key+".", below, known)...)
			continue
		}
		names = append(names, prefix+key)
	}
	return names
}
