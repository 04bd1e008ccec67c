package modelspec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestCompactLeavesDefaultsOut(t *testing.T) {
	models, err := modelspec.Load(folder(map[string]string{
		"a.yaml": "name: a\nimage: acme/a:1\n",
		"t.yaml": "name: t\nimage: acme/t:1\ntrain: {pipeline: t, schedule: '0 3 * * 1', image: 'acme/train:1'}\n",
		"b.yaml": "name: b\nimage: acme/b:1\nreplicas: {min: 5}\ncompute: gpu\nport: 9000\nenv: {A: b}\nroute: {subdomain: shop}\n",
	}), "models", nil)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"image": "acme/a:1"}, models[0].Compact())
	require.Equal(t, map[string]any{
		"image": "acme/b:1", "replicas": map[string]any{"min": 5.0}, "compute": "gpu", "port": 9000.0,
		"env": map[string]any{"A": "b"}, "route": map[string]any{"subdomain": "shop"},
	}, models[1].Compact())
	require.Equal(t, map[string]any{"image": "acme/t:1", "train": map[string]any{"pipeline": "t", "schedule": "0 3 * * 1",
		"image": "acme/train:1"}}, models[2].Compact())
}

// Whatever a file says, what Compact gives says the same.
func TestRestoreUndoesCompact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := map[string]any{"name": "churn", "image": "acme/churn:1"}
		maybe := func(key string, value any) {
			if rapid.Bool().Draw(t, key) {
				content[key] = value
			}
		}
		low := rapid.IntRange(1, 8).Draw(t, "min")
		maybe("replicas", map[string]any{"min": low, "max": rapid.IntRange(low, 9).Draw(t, "max")})
		maybe("replicas", map[string]any{"min": low})
		maybe("compute", rapid.SampledFrom(modelspec.ComputeKinds).Draw(t, "kind"))
		maybe("port", rapid.IntRange(2000, 3000).Draw(t, "number"))
		maybe("env", map[string]any{"MODEL_VERSION": rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "version"), "A": "b"})
		maybe("scaling", map[string]any{"metric": rapid.SampledFrom([]string{"cpu", "memory"}).Draw(t, "metric")})
		maybe("scaling", map[string]any{"metric": "requests", "target": 70})
		maybe("canary", map[string]any{"image": "acme/churn:2", "weight": rapid.IntRange(0, 100).Draw(t, "weight")})
		maybe("route", map[string]any{"by": rapid.SampledFrom(modelspec.Bys).Draw(t, "by"), "namespaces": []string{"a"}})
		maybe("serviceAccountToken", rapid.Bool().Draw(t, "token"))
		maybe("owner", "risk")
		maybe("train", map[string]any{"pipeline": "churn"})
		maybe("train", map[string]any{"pipeline": "churn", "schedule": "0 3 * * 1", "image": "acme/train:1", "timeZone": "Europe/Berlin",
			"resources": map[string]any{"cpu": rapid.SampledFrom([]string{"1", "2"}).Draw(t, "cpu")}})
		maybe("slo", map[string]any{"availability": rapid.SampledFrom([]string{"99", "99.9"}).Draw(t, "availability")})
		maybe("slo", map[string]any{"latency": rapid.SampledFrom([]string{"1s", "300ms"}).Draw(t, "latency")})
		maybe("source", map[string]any{"registry": "https://mlflow.company.com", "name": "churn", "version": "3",
			"run": strings.Repeat("0a", 16), "digest": "sha256:" + strings.Repeat("0c", 32)})
		maybe("p99Latency", rapid.SampledFrom([]string{"1s", "2s"}).Draw(t, "p99"))
		text, err := json.Marshal(content)
		require.NoError(t, err)
		models, err := modelspec.Load(folder(map[string]string{"churn.yaml": string(text)}), "models", nil)
		require.NoError(t, err)
		restored, err := modelspec.Restore("churn", models[0].Compact())
		require.NoError(t, err)
		require.Equal(t, models[0], restored)
	})
}

func TestRestoreRefusesWhatIsNoModel(t *testing.T) {
	_, err := modelspec.Restore("churn", map[string]any{"image": "acme/churn:latest"})
	require.ErrorContains(t, err, "the deployed model churn:1: image:")
}
