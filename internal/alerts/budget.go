package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

const objective = slo.Objective

// minErrors is how many bad requests a long window has at least before anybody is told: of a model with few requests, one that fails is no
// incident (https://sre.google/workbook/alerting-on-slos/#low-traffic-services-and-error-budget-alerting).
const minErrors = 10

// budgets are the alerts on the use of error budgets.
func budgets() []Alert {
	var all []Alert
	for _, b := range slo.Burns() {
		all = append(all, Alert{
			Name: "ModelErrorBudgetBurn", Labels: map[string]string{"long": b.Long, "short": b.Short}, Severity: b.Severity, For: b.For,
			Model: true,
			Expr:  burns(slo.Model, "", b) + fmt.Sprintf("\nand on (model, slo) %s >= %d", slo.Errors(slo.Model, b.Long), minErrors),
			Summary: "{{ $labels.model }}: {{ $value | humanizePercentage }} of its requests missed its {{ $labels.slo }} objective of " +
				"{{ $labels.objective }} in the last " + b.Long + fmt.Sprintf(", at least %v times what its error budget allows", b.Factor),
			When: fmt.Sprintf("bad requests use up the error budget %v times as fast as it allows, over %s and over %s (%d%% of the "+
				"budget in %s)",
				b.Factor, b.Long, b.Short, b.Spent, b.Long),
		})
	}
	return append(all, Alert{
		Name: "ModelErrorBudgetSpent", Severity: monitoring.SeverityWarning, For: "1h", Model: true,
		Expr: slo.BudgetLeft + " < 0",
		Summary: "{{ $labels.model }}: nothing is left of the 30 days' error budget of its {{ $labels.slo }} objective of " +
			"{{ $labels.objective }}: {{ $value | humanizePercentage }}",
		When: "the error budget of 30 days is overspent",
	})
}

// burns compares what was bad over both windows of a row with the budget. Its value is the part over the long one.
func burns(level, selector string, b slo.Burn) string {
	labels := "model, slo"
	if level == slo.Version {
		labels = "model, track, version, slo"
	}
	bound := fmt.Sprintf("%v * (1 - %s)", b.Factor, slo.Objectives)
	return fmt.Sprintf("%s%s > on (model, slo) group_left (owner, objective) %s\nand on (%s) (%s%s > on (model, slo) group_left () %s)",
		slo.Ratio(level, b.Long), selector, bound, labels, slo.Ratio(level, b.Short), selector, bound)
}
