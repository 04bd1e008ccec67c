package monitoring_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
	"github.com/modelway/modelway/local/kubelet"
)

// newcomers is how many models come at once, each at another place in the interval of the scrapes.
const newcomers = 8

// BenchmarkFirstSample measures how long after its pod is ready a new model has its first sample, and its first rate of requests, at the default
// interval: the operator, Prometheus and the models run on the local stack's nodes.
func BenchmarkFirstSample(b *testing.B) {
	facts := onNodes()
	facts.Monitoring.ScrapeSeconds = monitoring.Default().ScrapeSeconds
	s := start(b, filepath.Join("..", "charts", "prometheus-operator-crds", "templates", "*.yaml"), facts)
	object := parse(b, fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: modelway-objectives, namespace: %s, labels: {%s: %s}}}",
		monitoring.RuleVersion, monitoring.RuleKind, namespace, monitoring.Selected, chart))
	object.Object["spec"] = promrule.Spec(slo.Rules())
	require.NoError(b, s.Apply(b, object))
	api := addressOf(s.ready(b, namespace, "app.kubernetes.io/name=prometheus"), 9090, "")
	prometheus := strings.TrimPrefix(api, "http://")
	require.True(b, eventually(func() bool { return strings.Contains(get(b, api+"/api/v1/rules"), slo.Requests) }), "the rules are loaded")

	ready := map[string]float64{}
	for i := range newcomers {
		name := fmt.Sprintf("new-%d", i)
		s.apply(b, strings.ReplaceAll(model, "churn", name))
	}
	for i := range newcomers {
		name := fmt.Sprintf("new-%d", i)
		ready[name] = readySince(s.ready(b, "models", "app.kubernetes.io/name="+name))
	}
	require.Eventually(b, func() bool { return len(ask(b, prometheus, slo.Requests)) == newcomers }, 5*time.Minute, time.Second,
		"every model has a rate")
	b.ReportMetric(0, "ns/op")
	for what, query := range map[string]string{"sample": metrics.Up + `{job="` + metrics.Job + `"}`, "rate": slo.Requests} {
		var waits []float64
		for name, at := range firstOf(b, prometheus, query) {
			waits = append(waits, at-ready[name])
		}
		slices.Sort(waits)
		b.ReportMetric(waits[0], "first-s-to-"+what)
		b.ReportMetric(waits[len(waits)/2], "median-s-to-"+what)
		b.ReportMetric(waits[len(waits)-1], "last-s-to-"+what)
	}
}

// firstOf are the times of the first sample of each model that a selector has, but for scrapes that failed, in seconds.
func firstOf(b *testing.B, prometheus, selector string) map[string]float64 {
	first := map[string]float64{}
	for _, found := range ask(b, prometheus, selector+"[10m]") {
		series := found.(map[string]any)
		name := series["metric"].(map[string]any)[metrics.LabelModel].(string)
		for _, sample := range series["values"].([]any) {
			if pair := sample.([]any); strings.HasPrefix(selector, slo.Requests) || pair[1] == "1" {
				first[name] = pair[0].(float64)
				break
			}
		}
	}
	return first
}

// readySince is when a pod became ready, in seconds; Kubernetes keeps whole ones.
func readySince(pod corev1.Pod) float64 {
	return float64(kubelet.ConditionOf(pod, corev1.PodReady).LastTransitionTime.Unix())
}
