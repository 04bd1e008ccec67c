package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/database"
)

// checkDatabaseClients reports what keeps its data in the database where there is none, and where it could not tell the database from
// another server, since the roots of its region are not known.
func checkDatabaseClients(c Config) (faults []Fault) {
	databaseAt := path{"database", "enabled"}
	for _, client := range []struct {
		at          path
		on          bool
		title, data string
	}{
		{path{"mlflow", "enabled"}, c.Mlflow.Enabled, "MLflow", "what it knows"},
		{path{"pipelines", "enabled"}, c.Pipelines.Enabled, "Kubeflow Pipelines", "runs"},
	} {
		if !client.on {
			continue
		}
		off := setFix(c.Environment, client.at, false)
		if !c.Database.Enabled {
			faults = append(faults, newFault(client.at, true, Fault{
				Problem: fmt.Sprintf("not possible: %s keeps %s in the database, and database.enabled is false", client.title, client.data),
				Allowed: "true where database.enabled is true",
				Fix:     either(setFix(c.Environment, databaseAt, true), off),
			}).AlsoReads(databaseAt))
		}
		if _, known := database.Certificates(c.Region); !known {
			faults = append(faults, newFault(client.at, true, Fault{
				Problem: fmt.Sprintf("not possible in %s: no certificates are known by which %s would know RDS there", c.Region, client.title),
				Allowed: "true in " + database.CertificateRegions(),
				Fix:     off,
			}).AlsoReads(path{RegionKey}))
		}
	}
	return faults
}
