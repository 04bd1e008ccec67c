package monitoring_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
)

// How long a Prometheus of the benchmark works before it is measured, so that the rules have their first windows, and how long it is measured.
const (
	settling  = time.Minute
	measuring = 2 * time.Minute
)

// BenchmarkPrometheus measures what the real Prometheus takes with the real rules, at the default interval, by the number of models. Each
// model has two pods, every tenth a canary of two more; what they tell is what the real programs tell of one. All run side by side.
func BenchmarkPrometheus(b *testing.B) {
	told := heard(b)
	sizes := []int{10, 100, 1000}
	running := map[int]instance{}
	for _, models := range sizes {
		f := fleet{models: models, began: time.Now().Add(-time.Hour), texts: told}
		running[models] = f.scraped(b, monitoring.Default().ScrapeSeconds)
	}
	for _, models := range sizes {
		require.Eventually(b, func() bool {
			return len(ask(b, running[models].address, slo.Requests+`{track="stable"} > 0`)) == models
		}, 5*time.Minute, time.Second, "every model has requests")
	}
	time.Sleep(settling)
	before := map[int]float64{}
	for _, models := range sizes {
		before[models] = running[models].cpu(b)
	}
	time.Sleep(measuring)
	for _, models := range sizes {
		used := (running[models].cpu(b) - before[models]) / measuring.Minutes()
		b.Run(fmt.Sprintf("models=%d", models), func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(used, "CPU-s/min")
			report(b, running[models])
			load := fleet{models: models}.load()
			require.InEpsilon(b, number(b, running[models].address,
				`scalar(prometheus_tsdb_head_series) - sum(scrape_samples_scraped{job=~"platform|prometheus"})`),
				load.Series()-monitoring.Load{}.Series(), 0.1, "the estimate of the models' series")
		})
	}
}

// report tells what a Prometheus says of itself, and its memory.
func report(b *testing.B, p instance) {
	b.ReportMetric(p.memory(b, "RssAnon"), "MiB")
	b.ReportMetric(p.memory(b, "VmHWM"), "peak-MiB")
	for unit, query := range map[string]string{
		"pods":               `count(up{job="models"})`,
		"samples/pod":        `avg(scrape_samples_scraped{job="models"})`,
		"container-samples":  `sum(scrape_samples_scraped{job="kubelet"})`,
		"state-samples":      `sum(scrape_samples_scraped{job="kube-state-metrics"})`,
		"platform-samples":   `sum(scrape_samples_scraped{job="platform"})`,
		"samples/interval":   `sum(scrape_samples_post_metric_relabeling)`,
		"samples/s":          `sum(rate(prometheus_tsdb_head_samples_appended_total[2m]))`,
		"series":             `prometheus_tsdb_head_series`,
		"recorded":           `count({__name__=~".+:.+"})`,
		"rules-s":            `sum(prometheus_rule_group_last_duration_seconds)`,
		"slowest-group-s":    `max(prometheus_rule_group_last_duration_seconds)`,
		"missed-evaluations": `sum(prometheus_rule_group_iterations_missed_total)`,
		"pod-scrape-ms":      `1000 * avg(scrape_duration_seconds{job="models"})`,
		"slowest-scrape-ms":  `1000 * max(scrape_duration_seconds)`,
	} {
		b.ReportMetric(number(b, p.address, query), unit)
	}
}

// BenchmarkDisk measures how many bytes a sample takes on disk, with 10 models that are scraped thirty times as often as by default.
func BenchmarkDisk(b *testing.B) {
	f := fleet{models: 10, began: time.Now().Add(-time.Hour), texts: heard(b)}
	p := f.scraped(b, 1)
	time.Sleep(5 * time.Minute)
	samples, before := number(b, p.address, `prometheus_tsdb_head_samples_appended_total{type="float"}`), p.memory(b, "RssAnon")
	answer, err := http.Post("http://"+p.address+"/api/v1/admin/tsdb/snapshot", "", nil)
	require.NoError(b, err)
	require.NoError(b, answer.Body.Close())
	require.Equal(b, http.StatusOK, answer.StatusCode)
	var chunks, all int64
	require.NoError(b, filepath.WalkDir(filepath.Join(p.folder, "data", "snapshots"), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if all += info.Size(); filepath.Base(filepath.Dir(path)) == "chunks" {
			chunks += info.Size()
		}
		return err
	}))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(samples, "samples")
	b.ReportMetric(before, "MiB")
	b.ReportMetric(number(b, p.address, "prometheus_tsdb_head_series"), "series")
	b.ReportMetric(float64(chunks)/samples, "chunk-B/sample")
	b.ReportMetric(float64(all)/samples, "B/sample")
}

// heard asks the real programs what they tell: a stand with the objects of one model as the platform makes them.
func heard(b *testing.B) (told texts) {
	s := start(b, filepath.Join("..", "charts", "prometheus-operator-crds", "templates", "*.yaml"), onNodes())
	s.apply(b, fmt.Sprintf("{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: models}}", example))
	for _, object := range []string{"deployment", "service", "ingress", "autoscaler", "budget", "network-policy"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "k8s", "model", "testdata", object+".golden.json"))
		require.NoError(b, err)
		s.apply(b, string(text))
	}
	selector := "app.kubernetes.io/name=" + example
	require.True(b, eventually(func() bool {
		pods, err := s.CoreV1().Pods("models").List(context.Background(), metav1.ListOptions{LabelSelector: selector})
		return err == nil && len(pods.Items) == replicasOf
	}), "the autoscaler has two replicas")
	model := s.ready(b, "models", selector)
	predict(b, model)
	told.server = get(b, addressOf(model, 8080, "/metrics"))
	for line := range strings.Lines(get(b, addressOf(s.ready(b, namespace, "app.kubernetes.io/name=kube-state-metrics"), 8080, "/metrics"))) {
		if strings.Contains(line, `namespace="models"`) && strings.Contains(line, example) {
			told.state += line
		} else if line[0] != '#' {
			told.platform += line
		}
	}
	server, err := s.Discovery().RESTClient().Get().AbsPath("/metrics").Do(context.Background()).Raw()
	require.NoError(b, err)
	for line := range strings.Lines(string(server)) {
		if line[0] != '#' {
			told.platform += line
		}
	}
	return told
}

// scraped runs Prometheus with the rules of the fleet's models.
func (f fleet) scraped(b *testing.B, seconds int) instance {
	folder := b.TempDir()
	f.serve(b, folder)
	var all []modelspec.Model
	for i := range f.models {
		file := map[string]any{"image": "acme/model:1", "owner": "risk", "slo": map[string]any{"availability": "99.9", "latency": "300ms"}}
		if i%everyCanary == 0 {
			file["canary"] = map[string]any{"image": "acme/model:2", "weight": 10}
		}
		m, err := modelspec.Restore(nameOf(i), file)
		require.NoError(b, err)
		all = append(all, m)
	}
	rules := append(append(slo.Inventory(all, "models"), slo.Rules()...), drift.Rules(), alerts.Room(room), alerts.Rules(alerts.Options{Grafana: grafana}))
	text, err := promrule.YAML(rules)
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(filepath.Join(folder, "rules.yaml"), text, 0o644))
	interval := fmt.Sprintf("%ds", seconds)
	address := freeAddress(b)
	write(b, filepath.Join(folder, "prometheus.yaml"), map[string]any{
		"global":     map[string]any{"scrape_interval": interval, "scrape_timeout": fmt.Sprintf("%ds", min(seconds, 10)), "evaluation_interval": interval},
		"rule_files": []string{"rules.yaml"},
		"scrape_configs": []any{
			map[string]any{"job_name": "fleet", "honor_labels": false, "file_sd_configs": []any{map[string]any{"files": []string{"targets.json"}}}},
			map[string]any{"job_name": "prometheus", "static_configs": []any{map[string]any{"targets": []string{address}}}},
		},
	})
	return launch(b, folder, address)
}

// number is the one value of a query.
func number(b *testing.B, prometheus, query string) float64 {
	var value float64
	require.Eventually(b, func() bool {
		found := ask(b, prometheus, query)
		if len(found) != 1 {
			return false
		}
		text := found[0].(map[string]any)["value"].([]any)[1].(string)
		parsed, err := strconv.ParseFloat(text, 64)
		value = parsed
		return err == nil
	}, 2*time.Minute, time.Second, query)
	return value
}
