// Package charts_test holds the charts of the local stack against the pins of the platform.
package charts_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
)

func read(t *testing.T, path string) map[string]any {
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	content := map[string]any{}
	require.NoError(t, yaml.UnmarshalStrict(raw, &content), path)
	return content
}

func TestControllerChartStandsForThePinnedOne(t *testing.T) {
	row := addons.LoadBalancerController()
	pinned := row.Chart
	chart := read(t, pinned.Name+"/Chart.yaml")
	require.Equal(t, pinned.Name, chart["name"])
	require.Equal(t, pinned.Version, chart["version"])
	require.Equal(t, pinned.AppVersion, chart["appVersion"])

	values := read(t, pinned.Name+"/values.yaml")
	require.Equal(t, map[string]any{"repository": pinned.Images[0].Repository, "tag": pinned.AppVersion, "pullPolicy": "IfNotPresent"},
		values["image"])
	require.Contains(t, values, "clusterName")
	require.Nil(t, values["clusterName"], "the chart must refuse to be installed without a cluster name")
	for name := range row.ValuesOf(addons.Install{}) {
		require.Contains(t, values, name, "a value that the platform sets must be one of the chart")
	}

	files, err := filepath.Glob(pinned.Name + "/crds/*.yaml")
	require.NoError(t, err)
	var names []string
	for _, file := range files {
		definition := read(t, file)
		require.Equal(t, "CustomResourceDefinition", definition["kind"])
		names = append(names, definition["metadata"].(map[string]any)["name"].(string))
	}
	require.ElementsMatch(t, pinned.CRDs.Names, names)
}
