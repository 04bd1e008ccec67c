package addons

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	exactVersion = regexp.MustCompile(`^v?\d+\.\d+\.\d+$`)
	exactTag     = regexp.MustCompile(`^v?\d+\.\d+\.\d+(-distroless|-full|-alpine)?$`)
	key          = regexp.MustCompile(`^[a-z0-9]+$`)
)

func TestEveryRowIsWhole(t *testing.T) {
	require.NotEmpty(t, All())
	var keys, charts []string
	for _, row := range All() {
		chart := row.Chart
		require.Regexp(t, key, row.Key)
		if row.Own {
			require.Empty(t, chart.Name+chart.Version+chart.Repository, row.Key)
			require.Nil(t, row.Values, row.Key)
			chart.Name, chart.Version, chart.Repository = row.Key, "1.0.0", "https://example.com"
		}
		require.Regexp(t, exactVersion, chart.Version, chart.Name)
		require.Regexp(t, exactTag, chart.AppVersion, chart.Name)
		require.Regexp(t, `^(https|oci)://`, chart.Repository, chart.Name)
		require.NotRegexp(t, `/$`, chart.Repository, chart.Name)
		require.True(t, len(row.Workloads) == 0 || len(chart.Images) > 0, chart.Name)
		require.NotEmpty(t, chart.Namespace, chart.Name)
		require.Equal(t, row.ServiceAccount != "", row.Policy != nil, row.Key)
		for _, source := range []string{chart.CRDs.Source, chart.PolicySource} {
			require.Regexp(t, `^$|/`+regexp.QuoteMeta(chart.AppVersion)+`/`, source, "%s: of another version", chart.Name)
		}
		for _, w := range row.Workloads {
			require.Equal(t, chart.Namespace, w.Namespace, w.Name)
			require.NotEmpty(t, w.Selector(), w.Name)
		}
		for _, after := range row.After {
			require.Contains(t, keys, after, "%s: a row that comes before it", row.Key)
		}
		keys, charts = append(keys, row.Key), append(charts, chart.Name)
	}
	for _, names := range [][]string{keys, charts} {
		slices.Sort(names)
		require.Len(t, slices.Compact(slices.Clone(names)), len(names), "each once")
	}
}
