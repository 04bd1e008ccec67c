// Package alerts has the table of alerts on models and on the platform around them: when each is raised, whom it wakes, and which page of
// the runbooks tells what to do. It is pure.
package alerts

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
)

// Alert is a row of the table.
type Alert struct {
	// Name of the alert, and of its section in the runbooks. Rows of one name differ in their labels.
	Name string
	// Labels that its rows differ in, none where there is one row.
	Labels map[string]string
	// Expr is the condition, For how long it has to hold, "" for at once.
	Expr, For string
	// Severity is one of those of package monitoring.
	Severity string
	// Summary is a sentence with the model and the numbers, in the template language of Prometheus.
	Summary string
	// When says in the documents what raises it.
	When string
	// Model tells whether the series have the label model, so that there is a dashboard of it.
	Model bool
}

// All are the rows.
func All() []Alert {
	var all []Alert
	for _, topic := range [][]Alert{budgets(), canaries(), measurements(), drifts(), workloads(), platform(), deliveries()} {
		all = append(all, topic...)
	}
	return all
}

// Options are what differs between environments.
type Options struct {
	// Runbooks is the address of the page of runbooks. Default the one in the repository.
	Runbooks string
	// Grafana is the address of Grafana, without a slash at its end. Without one, alerts have no link to a dashboard.
	Grafana string
}

// DefaultRunbooks is the page of runbooks in the repository.
const DefaultRunbooks = "https://github.com/modelway/modelway/blob/main/docs/runbooks.md"

// Identifiers of dashboards, which are part of their addresses.
const (
	ModelDashboard    = "modelway-model"
	PlatformDashboard = "modelway-platform"
)

// Rules are the alerts as a group of rules. They read what the groups of internal/slo and internal/drift record.
func Rules(o Options) promrule.Group {
	if o.Runbooks == "" {
		o.Runbooks = DefaultRunbooks
	}
	group := promrule.Group{Name: "modelway-alerts", Interval: "30s"}
	for _, a := range All() {
		group.Rules = append(group.Rules, a.rule(o))
	}
	return group
}

func (a Alert) rule(o Options) promrule.Rule {
	labels := map[string]string{"severity": a.Severity}
	for name, value := range a.Labels {
		labels[name] = value
	}
	annotations := map[string]string{
		monitoring.SummaryAnnotation: a.Summary,
		monitoring.RunbookAnnotation: o.Runbooks + "#" + strings.ToLower(a.Name),
	}
	if o.Grafana != "" {
		annotations[monitoring.DashboardAnnotation] = o.Grafana + "/d/" + PlatformDashboard
		if a.Model {
			annotations[monitoring.DashboardAnnotation] = o.Grafana + "/d/" + ModelDashboard + "?var-model={{ $labels.model }}"
		}
	}
	return promrule.Rule{Alert: a.Name, Expr: a.Expr, For: a.For, Labels: labels, Annotations: annotations}
}

// withOwner gives series of models the labels owner and objective, which those of the inventory have.
func withOwner(series string) string {
	return fmt.Sprintf("%s >= on (model, slo) group_left (owner, objective) %s * 0", series, slo.Objectives)
}
