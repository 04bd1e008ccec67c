package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/mlflowserver"
)

// Mlflow is the spec of the MLflow server, whose rules are in package mlflowserver.
type Mlflow = mlflowserver.Spec

// checkMlflow reports a server without a database to keep what it knows in, and one whose database it cannot tell from another, since the
// roots of its region are not known.
func checkMlflow(c Config) (faults []Fault) {
	at, databaseAt := path{"mlflow", "enabled"}, path{"database", "enabled"}
	if !c.Mlflow.Enabled {
		return nil
	}
	off := setFix(c.Environment, at, false)
	if !c.Database.Enabled {
		faults = append(faults, newFault(at, true, Fault{
			Problem: "not possible: MLflow keeps what it knows in the database, and database.enabled is false",
			Allowed: "true where database.enabled is true",
			Fix:     either(setFix(c.Environment, databaseAt, true), off),
		}).AlsoReads(databaseAt))
	}
	if _, known := database.Certificates(c.Region); !known {
		faults = append(faults, newFault(at, true, Fault{
			Problem: fmt.Sprintf("not possible in %s: no certificates are known by which MLflow would know RDS there", c.Region),
			Allowed: "true in " + database.CertificateRegions(),
			Fix:     off,
		}).AlsoReads(path{RegionKey}))
	}
	return faults
}
