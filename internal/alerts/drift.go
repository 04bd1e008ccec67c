package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/slo"
)

// drifts are the alerts on inputs and predictions that are no longer those of training.
func drifts() []Alert {
	of := func(name, index, label, what, like string) Alert {
		return Alert{
			Name: name, Severity: monitoring.SeverityWarning, For: "1h", Model: true,
			Expr: fmt.Sprintf("%s > on (model) group_left (owner) (topk by (model) (1, %s{slo=%q}) * 0 + %v)", index, slo.Objective,
				slo.Availability, drift.Unlike),
			Summary: fmt.Sprintf("{{ $labels.model }}: its %s {{ $labels.%s }} of a day is unlike %s: the population stability index is "+
				"{{ printf \"%%.2f\" $value }}, and %v is much", what, label, like, drift.Unlike),
			When: fmt.Sprintf("the population stability index of an %s over a day, of %d values or more, against %s is above %v", what,
				drift.MinValues, like, drift.Unlike),
		}
	}
	return []Alert{
		of("ModelInputDrift", drift.InputIndex, metrics.LabelFeature, "input", "the training data"),
		of("ModelPredictionDrift", drift.PredictionIndex, metrics.LabelOutput, "answer", "the answers on test data"),
	}
}
