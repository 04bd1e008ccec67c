package envmap

import (
	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/room"
)

// Source is what a map is made of.
type Source struct {
	// Stack and Region are of the settings.
	Stack, Region string
	// Set are the resources that the program registers, and Outputs the stack's.
	Set     resource.Set
	Outputs map[string]any
	// Bill is what the resources cost.
	Bill cost.Bill
	// Change is the report of a preview; nil without one.
	Change *review.Report
	// Warnings are the program's, and Assumptions what was made up.
	Warnings, Assumptions []string
}

// Of draws the map. The error is of a model that the outputs do not tell whole.
func Of(s Source) (Map, error) {
	plan := room.Of(s.Stack, s.Set, s.Outputs)
	m := Map{
		Version: Version, Stack: s.Stack, Region: s.Region, Account: account(s.Set), Network: network(s.Set), Cluster: clusterOf(s.Set),
		Addons: addons(s.Set), Beside: beside(s.Set), LoadBalancers: balancers(s.Set, plan), Room: plan.Room, Cost: costOf(s.Bill),
		Delivery: delivery(s.Set, s.Outputs), Change: s.Change, Verdict: verdictOf(s.Change),
		Warnings: append([]string{}, s.Warnings...), Assumptions: append([]string{}, s.Assumptions...),
	}
	var err error
	if m.Models, err = models(s.Set, s.Outputs, m.LoadBalancers, s.Bill); err != nil {
		return Map{}, err
	}
	m.Compute = computes(s.Set, m.Models)
	m.Pages = pages(m)
	return m, nil
}

func delivery(set resource.Set, out map[string]any) Delivery {
	by, _ := out[outputs.Delivery].(map[string]any)
	d := Delivery{}
	d.Objects, _ = by["models"].(string)
	for _, r := range set.OfType("modelway:delivery:GitHub") {
		d.Repository = r.At("organization").Text() + "/" + r.At("repository").Text()
	}
	return d
}
