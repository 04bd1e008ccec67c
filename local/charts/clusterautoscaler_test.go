package charts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
)

func TestAutoscalerChartStandsForThePinnedOne(t *testing.T) {
	pinned := addons.ClusterAutoscaler().Chart
	chart := read(t, pinned.Name+"/Chart.yaml")
	require.Equal(t, pinned.Name, chart["name"])
	require.Equal(t, pinned.Version, chart["version"])
	require.Equal(t, pinned.AppVersion, "v"+chart["appVersion"].(string),
		"the tag of the image begins with v, the chart's version of it does not")

	image := read(t, pinned.Name+"/values.yaml")["image"].(map[string]any)
	require.Equal(t, pinned.Images[0].Repository, image["repository"])
	require.Equal(t, pinned.AppVersion, image["tag"])
}

// The stand-in takes every value that the pinned chart takes and no other one, so that a misspelled value is as much without
// effect here as there.
func TestAutoscalerChartTakesTheSameValues(t *testing.T) {
	pinned := addons.ClusterAutoscaler().Chart
	raw, err := os.ReadFile(filepath.Join("..", "..", "internal", "addons", "testdata", pinned.Name+"-"+pinned.Version+".names"))
	require.NoError(t, err)
	free := map[string]bool{}
	var want []string
	for line := range strings.Lines(string(raw)) {
		name, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		want, free[name] = append(want, name), kind == "{}"
	}
	var have func(prefix string, values map[string]any) []string
	have = func(prefix string, values map[string]any) (names []string) {
		for key, value := range values {
			name := prefix + key
			if below, isMap := value.(map[string]any); isMap && !free[name] {
				names = append(names, have(name+".", below)...)
				continue
			}
			names = append(names, name)
		}
		return names
	}
	require.ElementsMatch(t, want, have("", read(t, pinned.Name+"/values.yaml")))
}

// The platform spreads the pods by this label, and the disruption budget counts them by it.
func TestAutoscalerChartLabelsItsPods(t *testing.T) {
	values := addons.ClusterAutoscaler().ValuesOf(addons.Install{Facts: addons.Facts{KubernetesVersion: "1.36"}})
	spread := values["topologySpreadConstraints"].([]any)[0].(map[string]any)
	labels := spread["labelSelector"].(map[string]any)["matchLabels"].(map[string]any)
	cloud := read(t, "cluster-autoscaler/values.yaml")["cloudProvider"].(string)
	require.Equal(t, cloud, values["cloudProvider"])
	require.Equal(t, map[string]any{"app.kubernetes.io/name": cloud + "-" + addons.ClusterAutoscaler().Chart.Name}, labels)
	names, err := os.ReadFile("cluster-autoscaler/templates/_names.tpl")
	require.NoError(t, err)
	require.Contains(t, string(names), `printf "%s-%s" .Values.cloudProvider .Chart.Name`)
}
