package monitoring_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/local/testcluster"
)

// TestDemandOfVersions asks the queries that KEDA asks of churn: of each version the requests of its own pods, 0 where they are scraped and
// count none, and no answer where they are not, or where nothing has ever been scraped.
func TestDemandOfVersions(t *testing.T) {
	testcluster.Build(t, "promtool")
	folder := t.TempDir()
	rules, file := filepath.Join(folder, "rules.yaml"), filepath.Join(folder, "test.yaml")
	text, err := promrule.YAML(groups(t, room))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(rules, text, 0o644))
	all := models(t)
	versions := serving.Versions(all[slices.IndexFunc(all, func(m modelspec.Model) bool { return m.Name == "churn" })])
	require.Len(t, versions, 2)
	up := func(value string) []series {
		return []series{{`up{job="models",namespace="models",pod="churn-a",model="churn",track="canary"}`, value}}
	}
	const none = -1
	var tests []any
	for name, of := range map[string]struct {
		input          []series
		stable, canary float64
	}{
		"both versions answer":             {slices.Concat(counts("stable", "1", 900, 300, 900), counts("canary", "2", 60, 0, 900)), 20, 1},
		"two versions of one track answer": {slices.Concat(counts("stable", "1", 600, 0, 900), counts("stable", "2", 600, 0, 900)), 20, none},
		"the canary has no request yet":    {slices.Concat(counts("stable", "1", 600, 0, 900), up("1x1000")), 10, 0},
		"no pod of the canary is scraped":  {slices.Concat(counts("stable", "1", 600, 0, 900), up("0x1000")), 10, none},
		"Prometheus knows nothing":         {nil, none, none},
		"the canary's series have stopped": {up("1+0x10 stale"), none, none},
	} {
		var asked []any
		for i, want := range []float64{of.stable, of.canary} {
			samples := []any{}
			if want != none {
				samples = append(samples, map[string]any{"labels": "{}", "value": want})
			}
			asked = append(asked, map[string]any{"expr": slo.Demand(versions[i]), "eval_time": "20m", "exp_samples": samples})
		}
		tests = append(tests, map[string]any{"name": name, "interval": "1m", "input_series": of.input, "promql_expr_test": asked})
	}
	write(t, file, map[string]any{"rule_files": []string{rules}, "evaluation_interval": "30s", "tests": tests})
	output, err := exec.Command(promtool, "test", "rules", file).CombinedOutput()
	require.NoError(t, err, string(output))
}
