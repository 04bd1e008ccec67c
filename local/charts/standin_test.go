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

// standsFor wants a chart of the version of the pin, with every value that the platform sets and none that the published chart does not have.
// What is below a value of the published chart may be anything where that is free.
func standsFor(t *testing.T, row addons.Helm, free bool, sets ...map[string]any) {
	t.Helper()
	name := row.Chart.Name
	chart, values := read(t, name+"/Chart.yaml"), read(t, name+"/values.yaml")
	require.Equal(t, []any{name, row.Chart.Version, row.Chart.AppVersion}, []any{chart["name"], chart["version"], chart["appVersion"]})
	for _, set := range sets {
		has(t, name, values, set)
	}
	published, err := os.ReadFile("../../internal/addons/testdata/" + name + "-" + row.Chart.Version + ".names")
	require.NoError(t, err)
	var known []string
	for line := range strings.Lines(string(published)) {
		known = append(known, strings.Fields(line)[0])
	}
	for _, own := range namesOf("", values) {
		assert.True(t, slices.ContainsFunc(known, func(name string) bool {
			return own == name || strings.HasPrefix(name, own+".") || free && strings.HasPrefix(own, name+".")
		}), "the published chart %s has no value %s", name, own)
	}
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
