package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/pipelines"
)

// Pipelines is the spec of Kubeflow Pipelines, whose rules are in package pipelines.
type Pipelines = pipelines.Spec

// checkPipelines reports pipelines without a database, since the release has none that outlives its pod, and those whose database cannot be
// told from another.
func checkPipelines(c Config) (faults []Fault) {
	if !c.Pipelines.Enabled {
		return nil
	}
	at, needed := path{"pipelines", "enabled"}, path{"database", "enabled"}
	off := setFix(c.Environment, at, false)
	if !c.Database.Enabled {
		faults = append(faults, newFault(at, true, Fault{
			Problem: "not possible: Kubeflow Pipelines keeps runs in the database, and database.enabled is false",
			Allowed: "true where database.enabled is true",
			Fix:     either(setFix(c.Environment, needed, true), off),
		}).AlsoReads(needed))
	}
	if _, known := database.Certificates(c.Region); !known {
		faults = append(faults, newFault(at, true, Fault{
			Problem: fmt.Sprintf("not possible in %s: no certificates are known by which Kubeflow Pipelines would know RDS there", c.Region),
			Allowed: "true in " + database.CertificateRegions(),
			Fix:     off,
		}).AlsoReads(path{RegionKey}))
	}
	return faults
}
