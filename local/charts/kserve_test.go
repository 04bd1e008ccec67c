package charts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
)

// TestKServeChartsStandForThePinnedOnes wants the versions of the pins, and every value that the platform sets.
func TestKServeChartsStandForThePinnedOnes(t *testing.T) {
	tried := 0
	for _, row := range addons.All() {
		if row.Setting != kserve.Setting {
			continue
		}
		tried++
		chart := read(t, row.Chart.Name+"/Chart.yaml")
		require.Equal(t, []any{row.Chart.Name, row.Chart.Version, row.Chart.AppVersion}, []any{chart["name"], chart["version"],
			chart["appVersion"]})
		has(t, row.Chart.Name, read(t, row.Chart.Name+"/values.yaml"), row.ValuesOf(addons.Install{Mirror: "mirror.example.com"}))
	}
	require.Equal(t, 4, tried)
}

// has wants the keys of set among the keys of values, down to where the chart leaves a map free.
func has(t *testing.T, at string, values, set map[string]any) {
	t.Helper()
	for key, value := range set {
		require.Contains(t, values, key, "the chart %s takes no such value", at)
		below, isMap := value.(map[string]any)
		known, _ := values[key].(map[string]any)
		if isMap && len(known) > 0 && key != "podDisruptionBudget" { // which the template writes whole
			has(t, at+"."+key, known, below)
		}
	}
}
