package traffic_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/internal/traffic"
)

func TestTable(t *testing.T) {
	models := traffic.Join(map[traffic.Column]map[string]float64{
		traffic.Requests: {"churn": 12.345, "fraud-detection": 0, "sklearn": 3},
		traffic.Failed:   {"churn": 0.12345, "fraud-detection": 0},
		traffic.P50:      {"churn": 0.00123, "fraud-detection": math.NaN(), "sklearn": 0.25},
		traffic.P99:      {"churn": 2.34, "fraud-detection": math.NaN(), "": 7},
	})
	require.Equal(t, strings.TrimLeft(`
MODEL            REQUESTS/S  FAILED    P50   P99
churn                 12.35  1.00 %  1.2ms  2.3s
fraud-detection        0.00       -      -     -
sklearn                3.00       -  250ms     -
`, "\n"), traffic.Table(terminal.Terminal{}, models))
	for line := range strings.Lines(traffic.Table(terminal.Terminal{}, models)) {
		require.LessOrEqual(t, len(strings.TrimSpace(line)), 80)
	}
}

// TestAsk has a Prometheus that answers each query by what stands in it.
func TestAsk(t *testing.T) {
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, value := r.URL.Query().Get("query"), "NaN"
		switch {
		case strings.Contains(query, "histogram_quantile(0.99"):
			value = "0.5"
		case strings.Contains(query, `code=~"5.."`):
			value = "1"
		case strings.Contains(query, metrics.Requests):
			value = "4"
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "vector", "result": []any{
			map[string]any{"metric": map[string]string{"model": "churn"}, "value": []any{1.5, value}}}}})
	}))
	defer prometheus.Close()
	models, err := traffic.Ask(t.Context(), prometheus.URL)
	require.NoError(t, err)
	require.Equal(t, []traffic.Model{{Name: "churn", Values: map[traffic.Column]float64{traffic.Requests: 4, traffic.Failed: 1,
		traffic.P99: 0.5}}}, models)
}

func TestAskRefused(t *testing.T) {
	for body, want := range map[string]string{
		`{"status": "error", "error": "parse error"}`: "parse error",
		`not found`: "answers 200 OK, and no JSON",
		`{"status": "success", "data": {"result": [{"metric": {}, "value": [1, "x"]}]}}`: `answers "x" to the query`,
	} {
		prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		_, err := traffic.Ask(t.Context(), prometheus.URL)
		require.ErrorContains(t, err, want)
		prometheus.Close()
	}
	_, err := traffic.Ask(t.Context(), "http://127.0.0.1:1")
	require.ErrorContains(t, err, "connection refused")
}
