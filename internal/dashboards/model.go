package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/slo"
)

const (
	byVersion = "{{track}} {{version}}"
	byTrack   = "{{track}}"
	byPod     = "{{track}} {{pod}}"
)

// model is the page that alerts on a model link to.
func model() Dashboard {
	return Dashboard{
		UID: alerts.ModelDashboard, Title: "Modelway / Model", Answers: "What do callers of this model get, and which version is it?",
		Models: everyModel, Panels: append(callers(), pods()...),
	}
}

// callers are the panels on what callers get.
func callers() []Panel {
	return []Panel{
		{
			Title: "Error budget left", Question: "Does it keep its objectives? Below 0 the budget of 30 days is overspent.", Kind: Numbers,
			Low: true, Warn: 0.25, Alarm: 0,
			Queries: []Query{{"max by (slo, objective) (" + slo.BudgetLeft + ofModel + ")", "{{slo}}: {{objective}}", units.PercentUnit}},
		},
		{
			Title: "Bad requests", Question: "How many requests fail, or are too slow, now?", Kind: Lines,
			Queries: []Query{{"max by (slo) (" + slo.Ratio(slo.Model, "5m") + ofModel + ")", "{{slo}}", units.PercentUnit}},
		},
		{
			Title: "Requests", Question: "How much is asked of each version?", Kind: Lines,
			Queries: []Query{{slo.Requests + ofModel, byVersion, units.RequestsPerSecond}},
		},
		{
			Title: "Bad requests by version", Question: "Which version is it? Only with a canary; without one there is one version.", Kind: Lines,
			Queries: []Query{{slo.Ratio(slo.Version, "5m") + ofModel, byVersion + " {{slo}}", units.PercentUnit}},
		},
		{
			Title: "Latency", Question: "How long do callers wait: half of them, and 99 of 100?", Kind: Lines,
			Queries: []Query{
				{slo.P50 + ofModel, byVersion + " p50", units.Seconds},
				{slo.P99 + ofModel, byVersion + " p99", units.Seconds},
			},
		},
		{
			Title: "Requests in flight", Question: "Do requests pile up before the server?", Kind: Lines,
			Queries: []Query{{slo.InFlight + ofModel, byVersion, units.Short}},
		},
		{
			Title: "Drift", Question: fmt.Sprintf("Are inputs and answers those of training? The population stability index of a day: from %v "+
				"on they may have changed, from %v on they have. Only of models whose files have statistics, and of %d values or more.", drift.Changed,
				drift.Unlike, drift.MinValues), Kind: Lines, Warn: drift.Changed, Alarm: drift.Unlike,
			Queries: []Query{
				{drift.InputIndex + ofModel, byVersion + " input {{feature}}", units.Short},
				{drift.PredictionIndex + ofModel, byVersion + " answer {{output}}", units.Short},
			},
		},
	}
}

// pods are the panels on what serves.
func pods() []Panel {
	deployments := func(series string) string {
		return "sum by (track) (" + alerts.OfDeployments(series) + " and on (model) " + slo.Workload + ofModel + ")"
	}
	containers := func(series string) string {
		return "(" + alerts.OfPods(series) + ") and on (model) " + slo.Workload + ofModel
	}
	return []Panel{
		{
			Title: "Pods", Question: "Are there as many ready pods as there should be?", Kind: Lines,
			Queries: []Query{
				{deployments(metrics.PodsAvailable), byTrack + " ready", units.Short},
				{deployments(metrics.PodsWanted), byTrack + " wanted", units.Short},
			},
		},
		{
			Title: "Restarts in an hour", Question: "Does its server crash?", Kind: Lines, Warn: 1,
			Queries: []Query{{"sum by (track, pod) (" +
				containers("max by (namespace, pod, container) (increase("+metrics.ContainerRestarts+"[1h]))") + ")", byPod, units.Short}},
		},
		{
			Title: "Memory", Question: "Does it come near the limit at which it is killed?", Kind: Lines,
			Queries: []Query{{"max by (track, pod) (" + containers("max by (namespace, pod) ("+metrics.ContainerMemory+`{container!=""})`) + ")",
				byPod, units.BytesIEC}},
		},
		{
			Title: "Load time", Question: "How long does a new pod take until it can predict?", Kind: Lines,
			Queries: []Query{{"max by (track, version) (" + metrics.LoadTime + ofModel + ")", byVersion, units.Seconds}},
		},
		{
			Title: "Lineage", Question: "What serves: which version, made by what?", Kind: Table,
			Queries: []Query{{Expr: "max without (exported_model, instance, job, namespace, pod) (" + metrics.Info + ofModel + ")"}},
		},
		{
			Title: "Cost", Question: "What does it cost a month?", Kind: Words,
			Text: "`modelway cost` tells what each model costs a month, from its pods at their least and their largest. " +
				"There is no series of it: prices do not change by the minute.",
		},
	}
}
