package rules

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

const (
	databaseType   = "aws:rds/instance:Instance"
	parametersType = "aws:rds/parameterGroup:ParameterGroup"
)

// everyDatabase wants a property of each database; in production only where it says so.
func everyDatabase(key, allowed string, production bool, good func(resource.Value) bool) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		if !production || c.Policies.Production {
			c.wants(r, path{key}, allowed, good)
		}
	}
}

var databaseRules = []Rule{
	{
		ID: "database-private", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Databases have no public address",
		Why:    "A database that the internet reaches is tried by whoever scans it, and one rule of a security group is all that is left.",
		Fix:    "set publiclyAccessible to false",
		Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2",
		Types:  []string{databaseType},
		Each:   everyDatabase("publiclyAccessible", "false", false, func(v resource.Value) bool { return !v.Bool() }),
	},
	{
		ID: "database-encryption", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Databases are encrypted",
		Why:    "A snapshot that is shared by mistake, or a disk, can be read by others; a database that exists cannot be encrypted later.",
		Fix:    "set storageEncrypted to true",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("storageEncrypted", "true", false, is(true)),
	},
	{
		ID: "database-password", Topic: Security, Level: config.PolicyMandatory,
		Title:  "RDS keeps the passwords of databases",
		Why:    "A password that the program gives stands in Pulumi's state and is never changed.",
		Fix:    "set manageMasterUserPassword to true, and give no password",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("manageMasterUserPassword", "true", false, is(true)),
	},
	{
		ID: "database-tls", Topic: Security, Level: config.PolicyMandatory,
		Title:  "MySQL servers refuse connections without TLS",
		Why:    "Queries and what they return can be read on the way.",
		Fix:    "set the parameter require_secure_transport to 1",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html",
		Types:  []string{parametersType},
		Each: func(c *Case, r resource.Resource) {
			family, at := c.look(r, path{"family"}), path{"parameters"}
			if family.Given() && !strings.HasPrefix(family.Text(), "mysql") {
				return
			}
			given := r.At(at...)
			secure := slices.ContainsFunc(given.List(), func(p resource.Value) bool {
				return p.At("name").Text() == "require_secure_transport" && slices.Contains([]string{"1", "ON"}, p.At("value").Text())
			})
			c.decides(any3(whether(secure), perhaps(given.HasUnknown())), r, at, given, "require_secure_transport with value 1")
		},
	},
	{
		ID: "database-backups", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "Databases have backups",
		Why:    "Without them nothing brings back what a wrong migration or query took away.",
		Fix:    "set backupRetentionPeriod to 7 or more days",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("backupRetentionPeriod", "1 or more", false, func(v resource.Value) bool { return v.Number() >= 1 }),
	},
	{
		ID: "database-standby", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "The database of a production environment has a standby in another zone",
		Why:    "Otherwise the loss of a zone, or of a disk, takes it down until somebody has restored it, and each maintenance for minutes.",
		Fix:    "set modelway:database.multiAz to true",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("multiAz", "true in production", true, is(true)),
	},
	{
		ID: "database-protection", Topic: Reliability, Level: config.PolicyMandatory,
		Title:  "The database of a production environment is protected from being deleted",
		Why:    "Experiments, registered models and pipelines' runs are in it, and its backups go with it.",
		Fix:    "set modelway:cluster.deletionProtection to true",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("deletionProtection", "true in production", true, is(true)),
	},
	{
		ID: "database-final-snapshot", Topic: Reliability, Level: config.PolicyAdvisory,
		Title:  "The database of a production environment leaves a snapshot when it is deleted",
		Why:    "Once the protection is off, nothing else is left of it.",
		Fix:    "set modelway:database.finalSnapshot to true",
		Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
		Types:  []string{databaseType},
		Each:   everyDatabase("skipFinalSnapshot", "false in production", true, func(v resource.Value) bool { return !v.Bool() }),
	},
}
