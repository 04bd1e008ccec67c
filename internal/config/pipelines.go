package config

import "github.com/modelway/modelway/internal/pipelines"

// Pipelines is the spec of Kubeflow Pipelines, whose rules are in package pipelines.
type Pipelines = pipelines.Spec

// checkPipelines reports pipelines without a database: the release has none that would outlive its pod.
func checkPipelines(c Config) []Fault {
	if !c.Pipelines.Enabled || c.Database.Enabled {
		return nil
	}
	at, needed := path{"pipelines", "enabled"}, path{"database", "enabled"}
	return []Fault{newFault(at, true, Fault{
		Problem: "needs the database, which is not enabled", Allowed: "true where " + needed.Key() + " is true",
		Fix: either(setFix(c.Environment, needed, true), setFix(c.Environment, at, false)),
	}).AlsoReads(needed)}
}
