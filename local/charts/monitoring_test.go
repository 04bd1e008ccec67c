package charts_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/monitoring"
)

// TestMonitoringChartsStandForThePinnedOnes wants the versions of the pins, every value that the platform sets, on nodes and on Fargate, and
// no value that the published charts do not have.
func TestMonitoringChartsStandForThePinnedOnes(t *testing.T) {
	tried := 0
	for _, row := range addons.All() {
		if row.Setting != monitoring.Setting {
			continue
		}
		tried++
		name := row.Chart.Name
		chart, values := read(t, name+"/Chart.yaml"), read(t, name+"/values.yaml")
		require.Equal(t, []any{name, row.Chart.Version, row.Chart.AppVersion}, []any{chart["name"], chart["version"], chart["appVersion"]})
		for _, store := range monitoring.Stores {
			plan := monitoring.Plan{Spec: monitoring.Default(), Store: store, Nodes: store == monitoring.StoreDisk, Fargate: true}
			plan.Enabled, plan.Replicas = true, 2
			facts := addons.Facts{Region: "us-east-1", KubernetesVersion: "1.36", Monitoring: plan}
			has(t, name, values, row.ValuesOf(addons.Install{Facts: facts, Mirror: "mirror.example.com"}))
		}
		published, err := os.ReadFile("../../internal/addons/testdata/" + name + "-" + row.Chart.Version + ".names")
		require.NoError(t, err)
		var known []string
		for line := range strings.Lines(string(published)) {
			known = append(known, strings.Fields(line)[0])
		}
		for _, own := range namesOf("", values) {
			assert.True(t, slices.ContainsFunc(known, func(name string) bool {
				return own == name || strings.HasPrefix(name, own+".") || strings.HasPrefix(own, name+".")
			}), "the published chart %s has no value %s", name, own)
		}
	}
	require.Equal(t, 3, tried)
}

// namesOf are the paths of values that are no maps, or empty ones.
func namesOf(at string, values map[string]any) (all []string) {
	for key, value := range values {
		if below, isMap := value.(map[string]any); isMap && len(below) > 0 {
			all = append(all, namesOf(at+key+".", below)...)
			continue
		}
		all = append(all, at+key)
	}
	return all
}
