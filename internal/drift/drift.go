// Package drift has the rules that compare what a model is asked, and what it answers, with the data that it was trained and tested with.
// It is pure.
//
// The measure is the population stability index: the sum over bins of (a - e) ln(a / e), with a the part of values in a bin now, and e the
// part in training. Below 0.1 a distribution is taken for unchanged, from 0.25 on for another one (N. Siddiqi, Credit Risk Scorecards,
// 2006). Without drift it is about chi-squared, with a mean of the bins less one over the number of values (B. Yurdakul, Statistical
// Properties of Population Stability Index, 2018, https://scholarworks.wmich.edu/dissertations/3208).
package drift

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/promrule"
)

// Index series, by model, track, version and the column's label: how far a day's values are from training.
const (
	InputIndex      = "version:input_drift:psi1d"
	PredictionIndex = "version:prediction_drift:psi1d"
)

// Changed and Unlike are the indexes from which on a distribution may have changed, and is another one.
const (
	Changed = 0.1
	Unlike  = 0.25
)

// MinValues is how many values of a column there are at least, in the window, before it is compared: of 1,000 in ten bins, chance alone
// makes an index above 0.03 once in a thousand.
const MinValues = 1000

// Window is the time over which values are counted: a day, so that the hours of the day are no drift.
const Window = "1d"

const (
	interval = "2m"
	// step is the time between two rates that are summed, in seconds: 96 samples a series keep 1,000 models with 20 features of ten bins below
	// the 50 million samples that a query may load (docs/adr/0031).
	step = 900
	// half is added to each count, and least is the lowest part of training that counts, so that no bin without values makes the index
	// infinite.
	half, least = 0.5, 0.0001
)

// side is what is compared: inputs or predictions.
type side struct {
	values, training, label string
	// rate and count are recorded: values a second by bin, and those of the window.
	rate, count, index string
}

var sides = []side{
	{metrics.InputValues, metrics.InputTraining, metrics.LabelFeature,
		"version:input_values:rate5m", "version:input_values:increase1d", InputIndex},
	{metrics.PredictionValues, metrics.PredictionTraining, metrics.LabelOutput,
		"version:prediction_values:rate5m", "version:prediction_values:increase1d", PredictionIndex},
}

// Rules are the recording rules. They group by model and version, so that their number does not grow with models.
func Rules() promrule.Group {
	group := promrule.Group{Name: "modelway-drift", Interval: interval}
	for _, s := range sides {
		group.Rules = append(group.Rules, s.rules()...)
	}
	return group
}

func (s side) rules() []promrule.Rule {
	column := "model, track, version, " + s.label
	bin := column + ", " + metrics.LabelBin
	now := fmt.Sprintf("((%[1]s + %[2]v) / on (%[3]s) group_left () sum by (%[3]s) (%[1]s + %[2]v))", s.count, half, column)
	then := fmt.Sprintf("clamp_min(max by (%s) (%s), %v)", bin, s.training, least)
	return []promrule.Rule{
		{Record: s.rate, Expr: fmt.Sprintf("sum by (%s) (rate(%s[%s]))", bin, s.values, metrics.Window)},
		{Record: s.count, Expr: fmt.Sprintf("sum_over_time(%s[%s:%ds]) * %[3]d", s.rate, Window, step)},
		{Record: s.index, Expr: fmt.Sprintf("sum by (%[1]s) ((%[2]s - on (%[3]s) %[4]s) * on (%[3]s) ln(%[2]s / on (%[3]s) %[4]s))"+
			"\nand on (%[1]s) (sum by (%[1]s) (%[5]s) >= %[6]d)", column, now, bin, then, s.count, MinValues)},
	}
}
