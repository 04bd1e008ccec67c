package monitoring_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/local/testcluster"
)

// TestRealPrometheusMeasuresTheSampleServer scrapes the real server with the real Prometheus while a model gets requests: what the rules record
// of short windows is there, and no alert on the model is. The pod is one of ranker, whatever name its server gives; its objective is a second,
// which the server writes as le="1", and Prometheus keeps as 1.0.
func TestRealPrometheusMeasuresTheSampleServer(t *testing.T) {
	testcluster.Build(t, "prometheus", "modelserver")
	server := serve(t, "--port=0", "--bind-address=127.0.0.1", "--model-name=churn", "--model-version=v7")
	prometheus := scraped(t, pod{server, "ranker", metrics.Stable})
	load(t, server)
	for _, query := range []string{
		slo.Requests + `{model="ranker",track="stable",version="v7"} > 0`,
		slo.P99 + `{model="ranker"} > 0`,
		slo.InFlight + `{model="ranker"}`,
		slo.Ratio(slo.Model, "5m") + `{model="ranker",slo="availability"} == 0`,
		slo.Ratio(slo.Model, "5m") + `{model="ranker",slo="latency"} == 0`,
		slo.Ratio(slo.Model, "1h") + `{model="ranker",slo="latency"} == 0`,
		slo.Counted(slo.Model, "1h") + `{model="ranker"} > 0`,
		`ALERTS{alertname="Watchdog",alertstate="firing"}`,
		metrics.Info + `{exported_model="churn",model="ranker",server="modelserver"} == 1`,
	} {
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			assert.NotEmpty(c, ask(t, prometheus, query), query)
		}, time.Minute, time.Second, "no series of %s", query)
	}
	// What was pending before the first scrape goes with the next evaluation.
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		assert.Empty(c, ask(t, prometheus, `ALERTS{alertname=~"Model.*",model="ranker"}`))
	}, time.Minute, time.Second)
}

// load asks a server's model for predictions until the test ends.
func load(t testing.TB, server string) {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		for ctx.Err() == nil {
			if answer, err := http.Post(server+"/v1/models/churn:predict", "application/json", strings.NewReader(`{"instances": [1, 2, 3]}`)); err == nil {
				_ = answer.Body.Close()
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
}

// pod is a server that is scraped, and what the scrape says it is.
type pod struct{ server, model, track string }

// scraped runs Prometheus with the rules, every second in place of their own intervals, and with targets that have the labels of pods of models.
func scraped(t testing.TB, pods ...pod) (address string) {
	t.Helper()
	folder := t.TempDir()
	all := groups(t, room)
	for i := range all {
		all[i].Interval = "1s"
	}
	var targets []any
	for _, p := range pods {
		targets = append(targets, map[string]any{"targets": []string{strings.TrimPrefix(p.server, "http://")}, "labels": map[string]string{
			metrics.LabelModel: p.model, metrics.LabelTrack: p.track, "namespace": "models", "pod": p.model + "-" + p.track}})
	}
	text, err := promrule.YAML(all)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "rules.yaml"), text, 0o644))
	write(t, filepath.Join(folder, "prometheus.yaml"), map[string]any{
		"global": map[string]any{"scrape_interval": "1s"}, "rule_files": []string{"rules.yaml"},
		"scrape_configs": []any{map[string]any{"job_name": metrics.Job, "static_configs": targets}},
	})
	return launch(t, folder, freeAddress(t)).address
}

// ask evaluates a query.
func ask(t testing.TB, prometheus, query string) []any {
	t.Helper()
	answer, err := http.Get("http://" + prometheus + "/api/v1/query?query=" + url.QueryEscape(query))
	require.NoError(t, err)
	defer answer.Body.Close() //nolint:errcheck // nothing is written
	var result struct {
		Status, Error string
		Data          struct{ Result []any }
	}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&result))
	require.Equal(t, "success", result.Status, "%s: %s", query, result.Error)
	return result.Data.Result
}
