package upgrade

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/resource"
)

// budgetType is the type token of a disruption budget.
const budgetType = "kubernetes:policy/v1:PodDisruptionBudget"

// blocked are steps before the first change: disruption budgets that let no pod go where the least number of replicas runs. The update of a
// node group would wait for them, and fail (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html).
func blocked(set resource.Set, pods []cost.Workload, stack, from string) (steps []Step) {
	for _, budget := range set.OfType(budgetType) {
		for _, w := range pods {
			if w.OnFargate || !w.Known || w.Least == 0 || !selects(budget, w) || allowed(budget, w.Least) > 0 {
				continue
			}
			name := budget.At("metadata", "name").Text()
			steps = append(steps, Step{
				Minor: from, Kind: Prepare, Name: "disruption budget " + name,
				Setting: raise(w),
				Command: "pulumi up --stack " + stack,
				Seen: fmt.Sprintf("%s has %d pods at the least, of which budget %s lets none go (%s): a node under it is never drained, and the "+
					"update of "+
					"its group fails with PodEvictionFailure", w.Resource.Name, w.Least, name, limits(budget)),
				Back: "take the setting back after the upgrade",
			})
		}
	}
	return steps
}

// raise is the setting that gives a workload a pod to spare.
func raise(w cost.Workload) string {
	if w.Model == "" {
		return ""
	}
	return fmt.Sprintf("# models/%s.yaml\nreplicas:\n  min: %d", w.Model, w.Least+1)
}

// limits is what a budget says.
func limits(budget resource.Resource) string {
	for _, key := range []string{"minAvailable", "maxUnavailable"} {
		if v := budget.At("spec", key); v.Given() {
			return fmt.Sprintf("%s %v", key, v.Raw())
		}
	}
	return "neither minAvailable nor maxUnavailable"
}

// selects reports whether a budget is for pods.
func selects(budget resource.Resource, w cost.Workload) bool {
	selector := budget.At("spec", "selector", "matchLabels").Map()
	if len(selector) == 0 || budget.At("metadata", "namespace").Text() != w.Namespace {
		return false
	}
	return !slices.ContainsFunc(slices.Collect(maps.Keys(selector)), func(key string) bool { return w.Labels[key] != selector[key].Text() })
}

// allowed is how many of a number of healthy pods a budget lets go at a time. A value that is not known lets one go.
func allowed(budget resource.Resource, pods int64) int64 {
	if v := budget.At("spec", "maxUnavailable"); v.Given() {
		return amount(v, pods, 1)
	}
	if v := budget.At("spec", "minAvailable"); v.Given() {
		return pods - amount(v, pods, pods-1)
	}
	return 1
}

// amount is a number, or a percentage of all, rounded up as Kubernetes does
// (https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages).
func amount(v resource.Value, all, unknown int64) int64 {
	if number, is := v.Raw().(float64); is {
		return int64(number)
	}
	percent, isPercent := strings.CutSuffix(v.Text(), "%")
	number, err := strconv.ParseFloat(percent, 64)
	switch {
	case err != nil:
		return unknown
	case isPercent:
		return int64(math.Ceil(number * float64(all) / 100))
	}
	return int64(number)
}

// alone names the models on nodes that have one replica at the least: while it moves, nobody answers.
func alone(pods []cost.Workload) (names []string) {
	for _, w := range pods {
		if w.Model != "" && !w.OnFargate && w.Known && w.Least <= 1 && w.Resource.Type != resource.ReleaseType {
			names = append(names, w.Model)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fargateNamespaces are the namespaces with pods on Fargate.
func fargateNamespaces(pods []cost.Workload) (names []string) {
	for _, w := range pods {
		if w.OnFargate && w.Namespace != "" {
			names = append(names, w.Namespace)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
