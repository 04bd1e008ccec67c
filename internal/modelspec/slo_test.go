package modelspec_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

// The default of the latency is the bucket that holds what the model is said to take, so that a model which keeps its word keeps it.
func TestLatencyObjectiveFollowsP99Latency(t *testing.T) {
	files := "model: {format: sklearn, uri: 's3://acme-models/churn/3/', digest: 'sha256:" + strings.Repeat("0a", 32) + "'}\n"
	for _, test := range []struct{ source, p99, want string }{
		{"image: acme/a:1\n", "1s", "1s"},
		{"image: acme/a:1\n", "1ms", "5ms"},
		{"image: acme/a:1\n", "260ms", "300ms"},
		{"image: acme/a:1\n", "5m", "5m"},
		{files, "260ms", "500ms"},
		{files, "10s", "10s"},
		{files, "11s", ""},
	} {
		models, err := modelspec.Load(folder(map[string]string{"a.yaml": "name: a\ncompute: nodes\n" + test.source + "p99Latency: " + test.p99 +
			"\n"}), "models", nil)
		require.NoError(t, err)
		require.Equal(t, test.want, models[0].SLO.Latency, test)
		latency, has := models[0].LatencyObjective()
		require.Equal(t, test.want != "", has, test)
		if has {
			want, err := time.ParseDuration(test.want)
			require.NoError(t, err)
			require.Equal(t, want, latency)
		}
		require.InDelta(t, 0.001, models[0].SLO.Budget(), 1e-12)
		require.NotContains(t, models[0].Compact(), "slo", test)
	}
}

// The comment of the key, which is its documentation, lists the times that validation allows.
func TestLatencyIsDocumentedWithItsTimes(t *testing.T) {
	schema, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	for _, name := range []string{"slo-bucket", "slo-latency-kserve"} {
		message, err := os.ReadFile("testdata/broken/" + name + ".txt")
		require.NoError(t, err)
		_, allowed, _ := strings.Cut(string(message), "; allowed: ")
		allowed, _, _ = strings.Cut(allowed, "; fix: ")
		last := strings.LastIndex(allowed, ", ")
		require.Contains(t, string(schema), allowed[:last]+" and "+allowed[last+2:])
	}
}
