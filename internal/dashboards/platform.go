package dashboards

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/units"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/slo"
)

// availability selects the objective on failures.
const availability = `{slo="` + slo.Availability + `"}`

// platform is the first page: all models at once, and what is around them.
func platform() Dashboard {
	return Dashboard{
		UID: alerts.PlatformDashboard, Title: "Modelway / Platform", Answers: "What is wrong, and with which model?",
		Panels: []Panel{
			{
				Title: "Alerts", Question: "What is wrong now? Watchdog is always there: without it nobody would be told.", Kind: Table, Wide: true,
				Queries: []Query{{Expr: "max by (alertname, alertstate, severity, model, owner, slo) (" + metrics.Alerts + ")"}},
			},
			{
				Title: "Models", Question: "Which model fails, is slow, or has used up its error budget?", Kind: Table, Wide: true,
				Queries: []Query{
					{"sum by (model) (" + slo.Requests + ")", "requests", units.RequestsPerSecond},
					{"max by (model) (" + slo.Ratio(slo.Model, "5m") + availability + ")", "failing", units.PercentUnit},
					{"max by (model) (" + slo.P99 + ")", "99 of 100 within", units.Seconds},
					{"min by (model) (" + slo.BudgetLeft + ")", "least budget left", units.PercentUnit},
				},
			},
			{
				Title: "Requests", Question: "Has the load of a model changed?", Kind: Lines,
				Queries: []Query{{"sum by (model) (" + slo.Requests + ")", "{{model}}", units.RequestsPerSecond}},
			},
			{
				Title: "Ready pods", Question: "Has a model lost its pods?", Kind: Lines,
				Queries: []Query{{"sum by (model, track) (" + alerts.OfDeployments(metrics.PodsAvailable) + ")", "{{model}} {{track}}", units.Short}},
			},
			{
				Title: "Pending pods", Question: "Do pods wait for a place, and where?", Kind: Lines, Warn: 1,
				Queries: []Query{{"sum by (namespace) (" + metrics.PodPhase + `{phase="Pending"})`, "{{namespace}}", units.Short}},
			},
			{
				Title: "Scrapes that succeed", Question: "What does not answer Prometheus, so that its numbers are missing?", Kind: Bars, Low: true,
				Warn: 1, Alarm: 0.5, Queries: []Query{{fmt.Sprintf("avg by (job) (%s)", metrics.Up), "{{job}}", units.PercentUnit}},
			},
		},
	}
}
