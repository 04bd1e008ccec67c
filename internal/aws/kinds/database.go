package kinds

var databaseKinds = []Kind{
	// Servers are looked up by the id that only RDS knows
	// (https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/rds/instance.go, findDBInstanceByID). A server
	// uses the option group of its version that RDS makes. Its password is in a secret that RDS makes with the rights of the caller
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions).
	{Type: "aws:rds/instance:Instance", ID: "db-{HEX26}", Arn: "arn:{partition}:rds:{region}:{account}:db:{identifier}", Name: "identifier",
		Tags:     true,
		Computed: map[string]string{"resourceId": "{id}", "address": "{identifier}.{hex12}.{region}.rds.{suffix}"},
		Needs: []Grant{on(ListDatabases, "rds", "DescribeDBInstances"), on(ReadDatabases, "rds", "ListTagsForResource"),
			on(ChangeDatabases, "rds", "AddTagsToResource", "CreateDBInstance", "CreateDBSnapshot", "DeleteDBInstance", "ModifyDBInstance",
				"RebootDBInstance", "RemoveTagsFromResource"),
			on(UseOptions, "rds", "CreateDBInstance", "ModifyDBInstance"),
			on(MakeSecrets, "secretsmanager", "CreateSecret", "TagResource"),
			on(UseDefaultKeys, "kms", "DescribeKey")}},
	{Type: "aws:rds/subnetGroup:SubnetGroup", ID: "{name}", Arn: "arn:{partition}:rds:{region}:{account}:subgrp:{name}", Name: "name",
		Tags: true,
		Needs: []Grant{on(ReadDatabases, "rds", "DescribeDBSubnetGroups", "ListTagsForResource"),
			on(ChangeDatabases, "rds", "AddTagsToResource", "CreateDBSubnetGroup", "DeleteDBSubnetGroup", "ModifyDBSubnetGroup",
				"RemoveTagsFromResource")}},
	{Type: "aws:rds/parameterGroup:ParameterGroup", ID: "{name}", Arn: "arn:{partition}:rds:{region}:{account}:pg:{name}", Name: "name",
		Tags: true,
		Needs: []Grant{on(ReadDatabases, "rds", "DescribeDBParameterGroups", "DescribeDBParameters", "ListTagsForResource"),
			on(ChangeDatabases, "rds", "AddTagsToResource", "CreateDBParameterGroup", "DeleteDBParameterGroup", "ModifyDBParameterGroup",
				"RemoveTagsFromResource", "ResetDBParameterGroup")}},
	// RDS makes one when a server is deleted that is to leave one.
	{Type: "aws:rds/snapshot:Snapshot", ID: "{dbSnapshotIdentifier}",
		Arn: "arn:{partition}:rds:{region}:{account}:snapshot:{dbSnapshotIdentifier}"},
}
