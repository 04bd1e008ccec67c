package charts_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/argocd"
)

// TestArgocdChartStandsForThePinnedOne wants the version of the pin, every value that the platform sets, and none that the published chart does
// not have.
func TestArgocdChartStandsForThePinnedOne(t *testing.T) {
	row := addons.Argocd()
	name := row.Chart.Name
	chart, values := read(t, name+"/Chart.yaml"), read(t, name+"/values.yaml")
	require.Equal(t, []any{name, row.Chart.Version, row.Chart.AppVersion}, []any{chart["name"], chart["version"], chart["appVersion"]})
	set := row.ValuesOf(addons.Install{Mirror: "mirror.example.com", Facts: addons.Facts{Argocd: argocd.Spec{WebhookSecret: "hooks/secret"}}})
	configs := set["configs"].(map[string]any)
	configs["cm"], configs["params"] = map[string]any{}, map[string]any{} // the chart takes any key of theirs
	has(t, name, values, set)
	published, err := os.ReadFile("../../internal/addons/testdata/" + name + "-" + row.Chart.Version + ".names")
	require.NoError(t, err)
	known := strings.Split(string(published), "\n")
	for _, own := range namesOf("", values) {
		assert.True(t, slices.ContainsFunc(known, func(line string) bool {
			known, _, _ := strings.Cut(line, " ")
			return own == known || strings.HasPrefix(known, own+".")
		}), "the published chart has no value %s", own)
	}
}
