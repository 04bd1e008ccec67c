package metrics_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/metrics"
)

// What a name of the contract has to look like (https://prometheus.io/docs/practices/naming/).
func TestContractKeepsTheConventions(t *testing.T) {
	for _, m := range append(metrics.Contract(), metrics.Drift()...) {
		require.Regexp(t, `^model_[a-z_]+$`, m.Name)
		require.Equal(t, m.Type == "counter", strings.HasSuffix(m.Name, "_total"), m.Name)
		require.Equal(t, m.Unit == "seconds", strings.HasSuffix(m.Name, "_seconds"), m.Name)
		require.Subset(t, m.Labels, []string{"model", "version"}, m.Name)
	}
	require.True(t, slices.IsSorted(metrics.Buckets))
}

// Every format has one kind of server: none is measured by the queries of another by accident.
func TestEveryFormatHasARuntime(t *testing.T) {
	var served []string
	for _, r := range metrics.Runtimes() {
		served = append(served, r.Formats...)
	}
	require.ElementsMatch(t, kserve.Names(), served)
}

// The objectives of files that KServe's library serves are bounds of its histogram, and of the contract's.
func TestObjectivesAreBounds(t *testing.T) {
	for _, r := range metrics.Runtimes() {
		for _, format := range append(r.Formats, "") {
			for _, objective := range metrics.Objectives(format) {
				bound, found := metrics.Within(objective, metrics.RuntimeOf(format).Bounds)
				require.True(t, found)
				require.Equal(t, objective, bound, format)
			}
		}
	}
	_, found := metrics.Within(time.Hour, metrics.Buckets)
	require.False(t, found)
}

func TestLe(t *testing.T) {
	require.Equal(t, "0.3", metrics.Le(300*time.Millisecond))
	require.Equal(t, "1.0", metrics.Le(time.Second))
	require.Equal(t, "300.0", metrics.Le(5*time.Minute))
}

// The model servers import nothing of this module; their buckets and names are the contract's.
func TestModelServersKeepTheContract(t *testing.T) {
	for file, list := range map[string]string{
		"../../modelserver/internal/server/metrics.go":        `var buckets = \[\]float64\{(.*)\}`,
		"../../modelserver/mlflow/modelway_mlflow/metrics.py": `BUCKETS = \((.*)\)`,
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found := regexp.MustCompile(list).FindSubmatch(text)
		require.NotNil(t, found, file)
		written := strings.Split(string(found[1]), ", ")
		require.Len(t, written, len(metrics.Buckets), file)
		for i, bound := range metrics.Buckets {
			seconds, err := strconv.ParseFloat(written[i], 64)
			require.NoError(t, err)
			require.Equal(t, bound.Seconds(), seconds, file)
		}
		for _, m := range metrics.Contract() {
			require.Contains(t, string(text), `"`+m.Name+`"`, file)
		}
	}
}

// The labels of model_info for where a version comes from are named as everywhere else.
func TestContractNamesEveryLink(t *testing.T) {
	contract := metrics.Contract()
	info := contract[slices.IndexFunc(contract, func(m metrics.Metric) bool { return m.Name == metrics.Info })]
	for _, label := range lineage.Series() {
		require.Contains(t, info.Meaning, label)
		require.NotContains(t, info.Labels, label, "a version without a source has none")
	}
}
