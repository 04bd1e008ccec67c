package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

// OfDeployments gives a series of Deployments the labels of the models that they run. Labels of kube-state-metrics' own pod are left out
// here and below, lest a new one of it end and begin every alert.
func OfDeployments(series string) string {
	return "max by (namespace, deployment) (" + series + ") * on (namespace, deployment) group_left (model, owner, track) " + slo.Workloads
}

// running are the versions of models that have pods which can answer, by the model's labels. A model that is stopped has none.
var running = "(" + OfDeployments(metrics.PodsAvailable) + " > 0)"

// measurements are the alerts on what is not measured, without which all others would be silent.
func measurements() []Alert {
	return []Alert{
		{
			Name: "ModelMetricsAbsent", Severity: monitoring.SeverityWarning, For: "15m", Model: true,
			Expr: fmt.Sprintf("%s{slo=%q}\nand on (model) (%s{job=%q} == 1)\nunless on (model) %s:slo_requests:rate5m{slo=%q}", objective,
				slo.Availability, metrics.Up, metrics.Job, slo.Model, slo.Availability),
			Summary: "{{ $labels.model }}: its pods are scraped, and there is no count of its requests: its objectives are not watched",
			When:    "pods of a model are scraped, and neither their series nor those of the load balancer say how many requests fail",
		},
		{
			Name: "ModelNotScraped", Severity: monitoring.SeverityWarning, For: "10m", Model: true,
			Expr:    running + fmt.Sprintf("\nunless on (model, track) (%s{job=%q} == 1)", metrics.Up, metrics.Job),
			Summary: "{{ $labels.model }}: {{ $value }} pods of its {{ $labels.track }} version are ready, and Prometheus scrapes none of them",
			When:    "a version of a model has ready pods, and no scrape of them succeeds",
		},
		{
			Name: "ModelScrapeFindsNothing", Severity: monitoring.SeverityWarning, For: "10m",
			Expr:    "count(" + running + fmt.Sprintf(") > 0\nunless on () %s{job=%q}", metrics.Up, metrics.Job),
			Summary: "{{ $value }} versions of models have ready pods, and the scrape of models finds no target at all",
			When:    "the scrape of models has no target while models run",
		},
		{
			Name: "KubeStateMetricsAbsent", Severity: monitoring.SeverityWarning, For: "10m",
			Expr:    "absent(" + metrics.PodsAvailable + ")",
			Summary: "kube-state-metrics says nothing: whether models are ready is not watched",
			When:    "there are no series of Deployments, on which the alerts on readiness rest",
		},
		{
			Name: monitoring.Watchdog, Severity: monitoring.SeverityNone,
			Expr:    "vector(1)",
			Summary: "This alert is always on. Whoever receives it raises the alarm when it stops coming",
			When:    "always: a receiver outside of the cluster tells when it stops, which is when Prometheus or Alertmanager has",
		},
	}
}
