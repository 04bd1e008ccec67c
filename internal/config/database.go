package config

import (
	"github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/naming"
)

// Database is the spec of the database of MLflow and Kubeflow Pipelines, whose rules are in package database.
type Database = database.Spec

// checkDatabase reports the name of a cluster that no name of a database can begin with: those of RDS begin with a letter
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
func checkDatabase(c Config) []Fault {
	begins := naming.Environment(c.Cluster.Name)
	if !c.Database.Enabled || begins[0] < '0' || begins[0] > '9' {
		return nil
	}
	at := path{"cluster", "name"}
	return []Fault{newFault(at, c.Cluster.Name, Fault{
		Problem: "begins with a digit, so that the database, whose name begins as it does, cannot be made",
		Allowed: "a name that begins with a letter, where database.enabled is true",
		Fix:     either(setFix(c.Environment, at, "c"+c.Cluster.Name), setFix(c.Environment, path{"database", "enabled"}, false)),
	}).AlsoReads(path{"database", "enabled"})}
}
