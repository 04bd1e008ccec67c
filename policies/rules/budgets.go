package rules

import (
	"fmt"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

const disruptionType = "kubernetes:policy/v1:PodDisruptionBudget"

var budgetRules = []Rule{
	{
		ID: "disruption-budget", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Everything with several pods has a disruption budget",
		Why:    "A drain evicts every pod of a node without regard to the others, in the worst case all pods of a model.",
		Fix:    "add a PodDisruptionBudget that selects the pods, with maxUnavailable: 1",
		Source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
		Whole: func(c *Case, s Stack) {
			for _, r := range s.OfType(servers...) {
				_, _, count, known := s.replicas(r)
				if known && count < 2 {
					continue
				}
				has := perhaps(!known)
				for _, budget := range s.OfType(disruptionType) {
					has = any3(has, s.budgets(budget, r))
				}
				c.decides(has, r, path{"metadata", "name"}, r.At("metadata", "name"), "a workload whose pods a PodDisruptionBudget selects")
			}
		},
	},
	{
		ID: "disruption-budget-blocks", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "No disruption budget blocks every drain",
		Why:    "A drain never ends, and the upgrade of a node group fails after 15 minutes.",
		Fix:    "allow one pod to be away: maxUnavailable: 1",
		Source: "https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html",
		Types:  []string{disruptionType},
		Each: func(c *Case, r resource.Resource) {
			c.wants(r, path{"spec", "maxUnavailable"}, "1 or more", func(v resource.Value) bool {
				return !v.Given() || v.Raw() != 0.0 && v.Text() != "0%" && v.Text() != "0"
			})
			c.wants(r, path{"spec", "minAvailable"}, "less than all", func(v resource.Value) bool { return v.Text() != "100%" })
		},
		Whole: func(c *Case, s Stack) {
			for _, budget := range s.OfType(disruptionType) {
				least := budget.At("spec", "minAvailable")
				if _, number := least.Raw().(float64); !number {
					continue
				}
				for _, r := range s.OfType(servers...) {
					_, at, count, known := s.replicas(r)
					chosen := s.budgets(budget, r)
					switch {
					case chosen == no || known && float64(count) > least.Number():
					case known && chosen == yes:
						c.breaks(budget, path{"spec", "minAvailable"}, least, fmt.Sprintf("less than the %s of %s", plural(count, "pod"), r.Name))
					default:
						c.unknown(r, at)
					}
				}
			}
		},
	},
}

// budgets says whether a disruption budget selects the pods of a workload.
func (s Stack) budgets(budget, r resource.Resource) truth {
	chosen := matches(budget.At("spec", "selector"), podOf(r).labels())
	if chosen == no {
		return no
	}
	return all3(chosen, s.together(budget, r))
}
