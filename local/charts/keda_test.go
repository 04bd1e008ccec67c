package charts_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
)

// TestKedaChartStandsForThePinnedOne wants the version of the pin, every value that the platform sets, and none that the published chart does
// not have.
func TestKedaChartStandsForThePinnedOne(t *testing.T) {
	row := addons.Keda()
	chart, values := read(t, "keda/Chart.yaml"), read(t, "keda/values.yaml")
	require.Equal(t, []any{row.Chart.Name, row.Chart.Version, row.Chart.AppVersion}, []any{chart["name"], chart["version"], chart["appVersion"]})
	has(t, "keda", values, row.ValuesOf(addons.Install{ClusterName: "modelway-test", Mirror: "mirror.example.com"}))
	published, err := os.ReadFile("../../internal/addons/testdata/keda-" + row.Chart.Version + ".names")
	require.NoError(t, err)
	known := strings.Split(string(published), "\n")
	for _, own := range namesOf("", values) {
		assert.True(t, slices.ContainsFunc(known, func(line string) bool {
			name, _, _ := strings.Cut(line, " ")
			return own == name || strings.HasPrefix(name, own+".")
		}), "the published chart has no value %s", own)
	}
}
