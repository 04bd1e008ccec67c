package monitoring_test

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
)

// binned are the series of a column of churn's stable version that has two pods: the part that each of its bins had in training, and how
// many values come a minute into it. The last bin is that of missing values.
func binned(values, training, label, column string, parts []float64, perMinute []int) (all []series) {
	for i, part := range parts {
		bin := fmt.Sprint(i)
		if i == len(parts)-1 {
			bin = "missing"
		}
		for pod := range 2 {
			of := fmt.Sprintf(`{job="models",namespace="models",pod="churn-%d",instance="10.0.0.%[1]d:8080",model="churn",exported_model="churn",`+
				`track="stable",version="1",%s=%q,bin=%q}`, pod, label, column, bin)
			all = append(all, series{training + of, fmt.Sprintf("%vx1600", part)}, series{values + of, fmt.Sprintf("0+%dx1600", perMinute[i])})
		}
	}
	return all
}

// drifting are inputs and answers that leave those of training, or do not.
func drifting() []situation {
	input := func(parts []float64, perMinute ...int) []series {
		return binned(metrics.InputValues, metrics.InputTraining, metrics.LabelFeature, "amount_usd", parts, perMinute)
	}
	answer := func(perMinute ...int) []series {
		return binned(metrics.PredictionValues, metrics.PredictionTraining, metrics.LabelOutput, "prediction", []float64{0.5, 0.3, 0.2, 0}, perMinute)
	}
	on := func(alert, label, column, summary string) []fired {
		return []fired{{map[string]string{"model": "churn", "owner": "risk", "track": "stable", "version": "1", label: column, "severity": "warning"},
			"churn: its " + summary + ", and 0.25 is much"}}
	}
	const inputs, answers = "ModelInputDrift", "ModelPredictionDrift"
	quarters := []float64{0.25, 0.25, 0.25, 0.25, 0}
	const ofInput = "input amount_usd of a day is unlike the training data: the population stability index is "
	return []situation{
		{name: "amounts are those of training", alert: inputs, at: "125m", input: input(quarters, 10, 10, 10, 10, 0)},
		{name: "amounts are a little higher", alert: inputs, at: "125m", input: input(quarters, 7, 9, 11, 13, 0)},
		{name: "amounts are much higher", alert: inputs, at: "125m", input: input(quarters, 2, 4, 8, 26, 0),
			on: on(inputs, metrics.LabelFeature, "amount_usd", ofInput+"0.85")},
		{name: "a twentieth of amounts is missing", alert: inputs, at: "125m", input: input(quarters, 10, 10, 10, 8, 2),
			on: on(inputs, metrics.LabelFeature, "amount_usd", ofInput+"0.32")},
		{name: "a bin of training gets nothing", alert: inputs, at: "125m", input: input(quarters, 0, 13, 13, 14, 0),
			on: on(inputs, metrics.LabelFeature, "amount_usd", ofInput+"2.19")},
		{name: "amounts are much higher, in few requests", alert: inputs, at: "125m", input: input(quarters, 0, 0, 0, 1, 0)},
		{name: "nobody asks", alert: inputs, at: "125m", input: input(quarters, 0, 0, 0, 0, 0)},
		{name: "more payments are risky", alert: answers, at: "125m", input: answer(20, 30, 50, 0),
			on: on(answers, metrics.LabelOutput, "prediction",
				"answer prediction of a day is unlike the answers on test data: the population stability index is 0.55")},
		{name: "answers are those of the test", alert: answers, at: "125m", input: answer(50, 30, 20, 0)},
		{name: "answers drift, and inputs are not measured", alert: inputs, at: "125m", input: answer(20, 30, 50, 0)},
	}
}
