package localstack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/localstack"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/rollout"
)

func TestModelsAreFoundFromBelow(t *testing.T) {
	checkout := t.TempDir()
	below := filepath.Join(checkout, "models", "new")
	require.NoError(t, os.MkdirAll(below, 0o755))
	_, up, err := localstack.Find(below)
	require.NoError(t, err)
	require.False(t, up)

	var path string
	write := func(to string, text []byte) error {
		path = to
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		return os.WriteFile(to, text, 0o600)
	}
	require.NoError(t, localstack.Write(checkout, map[string]any{
		"models": map[string]any{"churn": map[string]any{"image": "a:1"}, "slow": map[string]any{"image": "a:1", "p99Latency": "20s", "slo": map[string]any{"availability": "99.5"}}},
		"modelUrls": map[string]any{"churn": "http://api.models.localhost:8080/v1/models/churn:predict",
			"slow": "http://api.models.localhost:8080/v1/models/slow:predict"},
	}, write))
	models, up, err := localstack.Find(below)
	require.NoError(t, err)
	require.True(t, up)
	require.Equal(t, map[string]localstack.Model{
		"churn": {URL: "http://api.models.localhost:8080/v1/models/churn:predict", SLO: modelspec.SLO{Availability: "99.9", Latency: "1s"},
			Versions: []rollout.Version{{Deployment: "churn", Image: "a:1", Number: "1"}}},
		"slow": {URL: "http://api.models.localhost:8080/v1/models/slow:predict", SLO: modelspec.SLO{Availability: "99.5", Latency: "20s"},
			Versions: []rollout.Version{{Deployment: "slow", Image: "a:1", Number: "1"}}},
	}, models)

	require.NoError(t, localstack.Write(checkout, map[string]any{"models": map[string]any{"churn": map[string]any{"image": "a:1"}},
		"modelUrls": map[string]any{}, "delivery": map[string]any{"models": "argocd"}}, write))
	models, _, err = localstack.Find(below)
	require.NoError(t, err)
	require.Equal(t, "churn", models["churn"].Application)
	require.Empty(t, models["churn"].Versions, "what is wanted is in Git")

	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, _, err = localstack.Find(below)
	require.ErrorContains(t, err, "models.json is damaged: run `modelway up`")
	require.ErrorContains(t, localstack.Write(checkout, map[string]any{"models": 1}, write), "reading the outputs models and modelUrls")
}
