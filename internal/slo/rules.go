package slo

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/promrule"
)

// Series that the rules record, besides those of windows.
const (
	// Requests, InFlight, P50 and P99 are by model, track and version, whatever the kind of server.
	Requests = "version:requests:rate5m"
	InFlight = "version:requests_in_flight:sum"
	P50      = "version:latency_seconds:p50_rate5m"
	P99      = "version:latency_seconds:p99_rate5m"
	// BudgetLeft is the part of a model's error budget of 30 days that is left, 1 to 0, and below 0 when it is overspent.
	BudgetLeft = "model:slo_budget_left:ratio"
	// CanaryScore tells how many standard errors the canary is worse than the stable version.
	CanaryScore = "model:slo_canary_excess:zscore30m"
)

// Ratio is the series of the part of requests that were bad, at a level, model or version, over a window such as 1h.
func Ratio(level, window string) string { return level + ":slo_errors:ratio_rate" + window }

// Errors is the series of the number of bad requests of a model, or of a version, over a window.
func Errors(level, window string) string { return level + ":slo_errors:increase" + window }

// Counted is the series of the number of requests over a window.
func Counted(level, window string) string { return level + ":slo_requests:increase" + window }

// Levels of aggregation: all of a model; each of its versions, where it has a canary.
const (
	Model   = "model"
	Version = "version"
)

// Rules are the recording rules of an environment. They need the inventory.
func Rules() []promrule.Group {
	return []promrule.Group{
		{Name: "modelway-requests", Interval: baseInterval, Rules: indicators()},
		{Name: "modelway-slo", Interval: baseInterval, Rules: append(short(), canaryScore())},
		{Name: "modelway-slo-days", Interval: daysInterval, Rules: long()},
	}
}

// indicators bring all kinds of servers to the same series, and count for each objective all requests and the bad ones.
func indicators() []promrule.Rule {
	quantile := func(q float64) string {
		return metrics.Any(func(r metrics.Runtime) string {
			if r.Histogram == "" {
				return ""
			}
			return fmt.Sprintf("histogram_quantile(%v, sum by (model, track, version, le) (rate(%s_bucket[%s])))", q, r.Histogram, metrics.Window)
		})
	}
	availability, latency := map[string]string{"slo": Availability}, map[string]string{"slo": Latency}
	total, bad := Version+":slo_requests:rate5m", Version+":slo_errors:rate5m"
	return []promrule.Rule{
		{Record: Requests, Expr: metrics.Any(func(r metrics.Runtime) string { return r.Requests })},
		{Record: InFlight, Expr: metrics.Any(func(r metrics.Runtime) string { return r.InFlight })},
		{Record: P50, Expr: quantile(0.5)},
		{Record: P99, Expr: quantile(0.99)},
		{Record: total, Labels: availability, Expr: metrics.Any(func(r metrics.Runtime) string {
			if r.Errors == "" {
				return ""
			}
			return r.Requests
		}) + "\nor (" + fromTargetGroup(metrics.TargetGroupRequests) + ")"},
		{Record: bad, Labels: availability, Expr: metrics.Any(func(r metrics.Runtime) string { return r.Errors }) +
			"\nor (" + fromTargetGroup(metrics.TargetGroupErrors) + ")" +
			"\nor on (model, track, version) (" + total + `{slo="availability"} * 0)`},
		{Record: total, Labels: latency, Expr: metrics.Any(timed)},
		{Record: bad, Labels: latency, Expr: "clamp_min(" + total + `{slo="latency"} - on (model, track, version) (` +
			metrics.Any(within) + "), 0)"},
		{Record: Model + ":slo_requests:rate5m", Expr: "sum by (model, slo) (" + total + ")"},
		{Record: Model + ":slo_errors:rate5m", Expr: "sum by (model, slo) (" + bad + ")"},
	}
}

func timed(r metrics.Runtime) string {
	if r.Histogram == "" {
		return ""
	}
	return "sum by (model, track, version) (rate(" + r.Histogram + "_count[" + metrics.Window + "]))"
}

// within counts the requests in the bucket of the model's objective.
func within(r metrics.Runtime) string {
	if r.Histogram == "" {
		return ""
	}
	objective := Objective + `{slo="latency"}`
	if r.BoundAt != "le" {
		objective = fmt.Sprintf(`label_replace(%s{slo="latency",%s!=""}, "le", "$1", %q, "(.+)")`, Objective, r.BoundAt, r.BoundAt)
	}
	return "sum by (model, track, version) (rate(" + r.Histogram + "_bucket[" + metrics.Window + "]) and on (model, le) " + objective + ")"
}

// fromTargetGroup is a sum that CloudWatch keeps of the target groups of models, a second. CloudWatch also keeps it by zone, which would
// count twice; so would the series of a pod of YACE that another has replaced within the window.
func fromTargetGroup(metric string) string {
	return fmt.Sprintf(`sum by (model, track, version) (max by (%s, %s) (avg_over_time(%s{dimension_AvailabilityZone=""}[%s])) / %d `+
		`* on (%s) group_left (model, track) %s)`, metrics.LabelTargetGroup, metrics.LabelResource, metric, metrics.Window,
		metrics.CloudWatchPeriod, metrics.LabelResource, TargetGroup)
}

// short are the windows up to hours.
func short() []promrule.Rule {
	all := []promrule.Rule{
		{Record: Ratio(Model, "5m"), Expr: Model + ":slo_errors:rate5m / (" + Model + ":slo_requests:rate5m > 0)"},
		{Record: Ratio(Version, "5m"), Expr: Version + ":slo_errors:rate5m / (" + Version + ":slo_requests:rate5m > 0)" + withCanary},
	}
	for _, w := range hours {
		all = append(all, w.rules()...)
	}
	return all
}

// long are the windows of days, and the budget.
func long() []promrule.Rule {
	var all []promrule.Rule
	for _, w := range days {
		all = append(all, w.rules()...)
	}
	month := Ratio(Model, "30d")
	return append(all,
		promrule.Rule{Record: month, Expr: fmt.Sprintf("sum_over_time(%s[30d:1h]) / (sum_over_time(%s[30d:1h]) > 0)",
			Errors(Model, "1h"), Counted(Model, "1h"))},
		promrule.Rule{Record: BudgetLeft, Expr: fmt.Sprintf("1 - %s / on (model, slo) group_left (owner, objective) (1 - %s)", month,
			Objectives)},
	)
}

// withCanary keeps the versions of models that have a canary: of the others the model's own series say it all.
const withCanary = "\nand on (model) " + Version + `:slo_requests:rate5m{track="canary"}`

func (w window) rules() []promrule.Rule {
	var all []promrule.Rule
	for _, level := range []string{Model, Version} {
		bad := fmt.Sprintf("sum_over_time(%s:slo_errors:rate5m[%s%s])", level, w.name, w.step)
		total := fmt.Sprintf("sum_over_time(%s:slo_requests:rate5m[%s%s])", level, w.name, w.step)
		only := ""
		if level == Version {
			only = withCanary
		}
		all = append(all,
			promrule.Rule{Record: Errors(level, w.name), Expr: fmt.Sprintf("%s * %d%s", bad, w.seconds, only)},
			promrule.Rule{Record: Counted(level, w.name), Expr: fmt.Sprintf("%s * %d%s", total, w.seconds, only)},
			promrule.Rule{Record: Ratio(level, w.name), Expr: fmt.Sprintf("%s / (%s > 0)", Errors(level, w.name), Counted(level, w.name))},
		)
	}
	return all
}

// canaryScore is the two-proportion z-test of the canary against the stable version over half an hour
// (https://www.itl.nist.gov/div898/handbook/prc/section3/prc33.htm). Where neither has a bad request, there is none.
func canaryScore() promrule.Rule {
	of := func(series, track string) string {
		return fmt.Sprintf(`sum by (model, slo) (%s{track=%q})`, series, track)
	}
	canaryBad, canaryAll := of(Errors(Version, "30m"), "canary"), of(Counted(Version, "30m"), "canary")
	stableBad, stableAll := of(Errors(Version, "30m"), "stable"), of(Counted(Version, "30m"), "stable")
	pooled := fmt.Sprintf("((%s + %s) / (%s + %s))", canaryBad, stableBad, canaryAll, stableAll)
	return promrule.Rule{Record: CanaryScore, Expr: fmt.Sprintf("(%s / %s - %s / %s)\n/ sqrt(%s * (1 - %s) * (1 / %s + 1 / %s))",
		canaryBad, canaryAll, stableBad, stableAll, pooled, pooled, canaryAll, stableAll)}
}
