package charts

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	exactVersion = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	exactTag     = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)
)

func TestEveryPinIsExact(t *testing.T) {
	require.NotEmpty(t, All())
	for _, chart := range All() {
		require.Regexp(t, exactVersion, chart.Version, chart.Name)
		require.Regexp(t, exactTag, chart.AppVersion, chart.Name)
		require.True(t, strings.HasPrefix(chart.Repository, "https://"), chart.Name)
		require.NotContains(t, chart.Image, ":", "%s: the tag belongs in AppVersion", chart.Name)
		require.NotEmpty(t, chart.Namespace, chart.Name)
	}
}

func TestChartDefinitionsAndPolicyMoveTogether(t *testing.T) {
	for _, chart := range All() {
		if len(chart.CRDs.Names) > 0 {
			require.Equal(t, chart.AppVersion, chart.CRDs.Version, "%s: definitions of another version", chart.Name)
			require.Contains(t, chart.CRDs.Source, "/"+chart.AppVersion+"/", chart.Name)
		}
		if chart.IAMPolicy != (IAMPolicy{}) {
			require.Equal(t, chart.AppVersion, chart.IAMPolicy.Version, "%s: IAM policy of another version", chart.Name)
			require.Contains(t, chart.IAMPolicy.Source, "/"+chart.AppVersion+"/", chart.Name)
		}
	}
}

func TestChartsAreSortedAndNamedOnce(t *testing.T) {
	var names []string
	for _, chart := range All() {
		names = append(names, chart.Name)
	}
	require.True(t, slices.IsSorted(names), names)
	require.Len(t, slices.Compact(slices.Clone(names)), len(names))
}
