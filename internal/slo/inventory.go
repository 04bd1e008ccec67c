package slo

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/serving"
)

// Series of the inventory.
const (
	// Objective is the part of requests that have to be good, such as 0.999, with the labels model, owner, slo, objective (for people) and, of
	// a latency, the bounds le, le_kserve and le_vllm by which kinds of servers are judged.
	Objective = "model:slo_objective:ratio"
	// Workload is 1 for each version of a model, with the labels model, owner, track, compute, namespace and deployment.
	Workload = "model:workload:info"
	// TargetGroup is 1 for each target group of a model whose server counts no failures, with the labels model, track and
	// metrics.LabelResource.
	TargetGroup = "model:target_group:info"
)

// Objectives has one series of Objective for each model and objective, and Workloads one of Workload for each Deployment. Where a label of
// the inventory changes while Prometheus starts anew, the old series stands beside the new one for five minutes, since nobody has ended
// it. A match with two of them would fail, and with it the rule, for all models. Where values differ, the stricter objective holds so long.
const (
	Objectives = "topk by (model, slo) (1, " + Objective + ")"
	Workloads  = "topk by (namespace, deployment) (1, " + Workload + ")"
)

// Names of objectives, values of the label slo.
const (
	Availability = "availability"
	Latency      = "latency"
)

// LatencyRatio is the part of requests that have to be answered within a latency objective, as p99Latency has it.
const LatencyRatio = 0.99

// inventoryInterval is how often constants are written. They have to be younger than Prometheus's five minutes.
const inventoryInterval = "1m"

// modelsPerGroup keeps a group below some 250 KB, so that each fits into a PrometheusRule of its own: the operator packs none above 512 KiB
// into a ConfigMap (https://github.com/prometheus-operator/prometheus-operator/blob/v0.85.0/pkg/operator/rules.go).
const modelsPerGroup = 200

// Inventory has the constants of the models of an environment, whose objects are in a namespace.
func Inventory(models []modelspec.Model, namespace string) []promrule.Group {
	var groups []promrule.Group
	for i, m := range models {
		if i%modelsPerGroup == 0 {
			groups = append(groups, promrule.Group{Name: fmt.Sprintf("modelway-models-%d", len(groups)+1), Interval: inventoryInterval})
		}
		last := &groups[len(groups)-1]
		last.Rules = append(last.Rules, objectives(m)...)
		last.Rules = append(last.Rules, places(m, namespace)...)
	}
	return groups
}

// objectives are the constants of what a model promises. One without a latency objective has none.
func objectives(m modelspec.Model) []promrule.Rule {
	all := []promrule.Rule{constant(Objective, 1-m.SLO.Budget(), map[string]string{
		"model": m.Name, "owner": m.Owner, "slo": Availability, "objective": m.SLO.Availability + "%",
	})}
	latency, has := m.LatencyObjective()
	if !has {
		return all
	}
	labels := map[string]string{"model": m.Name, "owner": m.Owner, "slo": Latency, "objective": "99% in " + m.SLO.Latency}
	own := metrics.RuntimeOf(m.Files.Format)
	for _, r := range metrics.Runtimes() {
		if r.Histogram == "" || m.Files.Given() && r.Name != own.Name {
			continue
		}
		if bound, found := metrics.Within(latency, r.Bounds); found {
			labels[r.BoundAt] = metrics.Le(bound)
		}
	}
	return append(all, constant(Objective, LatencyRatio, labels))
}

// places are the constants of where a model's versions run and are reached.
func places(m modelspec.Model, namespace string) []promrule.Rule {
	var all []promrule.Rule
	for _, v := range serving.Versions(m) {
		all = append(all, constant(Workload, 1, map[string]string{
			"model": m.Name, "owner": m.Owner, "track": track(v), "compute": m.Compute, "namespace": namespace, "deployment": v.DeploymentName(),
		}))
	}
	for _, group := range asked(m, namespace) {
		all = append(all, constant(TargetGroup, 1, map[string]string{
			"model": m.Name, "track": track(group.Version), metrics.LabelResource: group.Resource,
		}))
	}
	return all
}

// asked are the target groups that know of the failures of a model; none where its server counts them itself.
func asked(m modelspec.Model, namespace string) []serving.TargetGroup {
	if metrics.RuntimeOf(m.Files.Format).Errors != "" {
		return nil
	}
	return serving.TargetGroups(m, namespace)
}

// Uncounted are the target groups of models in a namespace whose servers count no failures, by the controller's tag metrics.ResourceTag, in
// order.
func Uncounted(models []modelspec.Model, namespace string) []string {
	var all []string
	for _, m := range models {
		for _, group := range asked(m, namespace) {
			all = append(all, group.Resource)
		}
	}
	slices.Sort(all)
	return all
}

func track(v serving.Version) string {
	if v.Canary() {
		return metrics.Canary
	}
	return metrics.Stable
}

// constant is a series of one value. Labels without a value are left out, as Prometheus does.
func constant(name string, value float64, labels map[string]string) promrule.Rule {
	given := map[string]string{}
	for label, text := range labels {
		if text != "" {
			given[label] = text
		}
	}
	return promrule.Rule{Record: name, Expr: "vector(" + strconv.FormatFloat(value, 'g', 12, 64) + ")", Labels: given}
}
