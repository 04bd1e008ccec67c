package traffic

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// Alert is an alert that is pending or firing.
type Alert struct {
	// Name of the alert, and its severity.
	Name, Severity string
	// Model, and the objective and the long window of an alert on an error budget; empty where it has none.
	Model, Objective, Window string
	// State is pending or firing.
	State string
}

// Alerts asks a Prometheus, by its URL, which alerts are on, but for the one that always is. Those that fire come first
// (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#inspecting-alerts-during-runtime).
func Alerts(ctx context.Context, prometheus string) ([]Alert, error) {
	found, err := ask(ctx, prometheus, fmt.Sprintf("%s{alertname!=%q}", metrics.Alerts, monitoring.Watchdog))
	if err != nil {
		return nil, err
	}
	var all []Alert
	for _, s := range found {
		all = append(all, Alert{Name: s.labels["alertname"], Severity: s.labels["severity"], Model: s.labels[metrics.LabelModel],
			Objective: s.labels["slo"], Window: s.labels["long"], State: s.labels["alertstate"]})
	}
	slices.SortFunc(all, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Model, b.Model),
			cmp.Compare(a.Objective, b.Objective), cmp.Compare(a.Window, b.Window))
	})
	return all, nil
}

// AlertTable has a row for each alert; "-" stands for what it has none of.
func AlertTable(in terminal.Terminal, alerts []Alert) string {
	table := sheet.Of("alert", "model", "objective", "over", "severity", "state")
	for _, a := range alerts {
		table.Add(a.Name, cmp.Or(a.Model, "-"), cmp.Or(a.Objective, "-"), cmp.Or(a.Window, "-"), cmp.Or(a.Severity, "-"), a.State)
	}
	return table.TextIn(in, 0)
}
