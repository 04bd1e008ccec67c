package config

import (
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/rule"
)

// checks holds every check that the schema cannot make. Each reads a complete configuration.
var checks = []func(Config) []Fault{
	checkSpecs,
	checkWayOut,
	checkExistingNetwork,
	checkAddonVersions,
	checkCharts,
	checkModelPods,
	checkAddonProfiles,
	checkStore,
	checkDatabase,
	checkDatabaseClients,
	checkArgocd,
	checkSomeLoadBalancer,
	checkLoadBalancerNames,
	checkLoadBalancers,
	checkTools,
	checkSharedHosts,
	checkGrownNames,
	checkQuotas,
	checkRequestMetric,
	checkModelDirectory,
	checkModelNamespace,
	checkModelDelivery,
	checkOverrideNames,
	checkPolicies,
	checkTags,
}

// check returns the faults of all checks.
func check(c Config) []Fault {
	var faults []Fault
	for _, run := range checks {
		faults = append(faults, run(c)...)
	}
	return faults
}

// checkSpecs reports what breaks a rule of a spec, which the component that takes it checks as well.
func checkSpecs(c Config) []Fault {
	return slices.Concat(
		c.of(path{"network"}, c.Network.Check(c.Region)),
		c.of(path{"cluster"}, c.Cluster.Check(c.Region)),
		c.of(path{"compute"}, append(c.Compute.Check(), c.Compute.CheckNames(Namespace+"-compute")...)),
		c.of(path{"modelStore"}, c.ModelStore.Check()),
		c.of(path{"database"}, c.Database.Check()),
		c.of(path{"mlflow"}, c.Mlflow.Check()),
		c.of(path{"pipelines"}, c.Pipelines.Check()),
		c.of(path{"argocd"}, c.Argocd.Check()),
		c.of(path{"monitoring"}, c.Monitoring.Check(c.Region)),
		c.of(path{"delivery"}, c.Delivery.Check(c.Region, c.Environment)),
		c.of(path{"cost"}, c.Cost.Check(c.Region)),
		c.of(path{"models", "git"}, c.Models.Git.Check(c.Models.Delivery)),
		c.of(path{"models", "schedule"}, c.Models.Schedule.Check()),
		c.of(path{"images"}, addons.CheckMirror(rule.Path{"mirror"}, c.Images.Mirror, c.Region)))
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// of turns the faults of a spec, which is at the path, into those of the configuration.
func (c Config) of(at path, found []rule.Fault) []Fault {
	faults := make([]Fault, 0, len(found))
	for _, f := range found {
		fault := Fault{Problem: f.Problem, Allowed: f.Allowed}
		if f.Other != nil {
			fault.Problem += " " + at.At(f.Other...).Key()
		}
		fixes := make([]string, len(f.Fixes))
		for i, fix := range f.Fixes {
			fixes[i] = c.fix(at, fix)
		}
		fault.Fix = either(fixes...)
		given := f.Given
		if given == nil {
			given = absent{}
		}
		fault = newFault(at.At(f.At...), given, fault)
		for _, other := range f.Reads {
			fault = fault.AlsoReads(at.At(other...))
		}
		if f.OfRegion {
			fault = fault.AlsoReads(path{RegionKey})
		}
		faults = append(faults, fault)
	}
	return faults
}

// fix is the command or advice for a fix of a spec that is at the path.
func (c Config) fix(at path, fix rule.Fix) string {
	text := removeFix(c.Environment, at.At(fix.At...))
	switch {
	case fix.Advice != "":
		text = editFix(c.Environment, fix.Advice)
	case fix.Value != nil:
		text = setFix(c.Environment, at.At(fix.At...), fix.Value)
	}
	if fix.Remark != "" {
		text = remark(text, fix.Remark)
	}
	for _, next := range fix.Then {
		text = steps(text, c.fix(at, next))
	}
	return text
}
