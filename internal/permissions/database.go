package permissions

import (
	"github.com/modelway/modelway/internal/aws/kinds"
	"github.com/modelway/modelway/internal/iamdoc"
)

// ofDatabases are ARNs of RDS, by kind, whose names begin with the environment's.
func ofDatabases(kinds ...string) func(Target) iamdoc.Values {
	return func(t Target) iamdoc.Values {
		var all iamdoc.Values
		for _, kind := range kinds {
			all = append(all, t.arn("rds", kind+":"+t.names()+"*"))
		}
		return all
	}
}

// Scopes of RDS, by the start of names, and of the secret that RDS makes for a server. Its name says nothing of the environment and it gets
// no tags of the program, but nobody except RDS makes secrets of such names
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html).
var databaseScopes = []scope{
	{name: kinds.ListDatabases, policy: readNetwork, reason: "a server is looked up by its id among those of the whole region"},
	{name: kinds.ReadDatabases, policy: readNetwork, resources: ofDatabases("db", "pg", "subgrp")},
	{name: kinds.ChangeDatabases, policy: issuance, resources: ofDatabases("db", "pg", "snapshot", "subgrp")},
	{name: kinds.UseOptions, policy: issuance,
		resources: func(t Target) iamdoc.Values { return iamdoc.Values{t.arn("rds", "og:default:*")} }},
	{name: kinds.MakeSecrets, policy: issuance,
		resources: func(t Target) iamdoc.Values { return iamdoc.Values{t.arn("secretsmanager", "secret:rds!db-*")} }},
	// The keys of RDS and of Secrets Manager that AWS makes in each account have no tags, and are known by their aliases
	// (https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html#alias-auth-resource-aliases).
	{name: kinds.UseDefaultKeys, policy: issuance, resources: keys, conditions: func(t Target) iamdoc.Conditions {
		return iamdoc.Conditions{
			"ForAnyValue:StringEquals": {"kms:ResourceAliases": {"alias/aws/rds", "alias/aws/secretsmanager"}},
			"Null":                     {"aws:ResourceTag/" + t.ownerTag(): {"true"}},
		}
	}},
}
