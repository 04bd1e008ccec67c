package aws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// databases are what a server needs, in the private subnets of a network.
type databases struct{ subnets, parameters, group string }

const nativePasswords = "*:mysql_native_password"

func policyOfPasswords(policy string) Properties {
	return Properties{"family": "mysql8.4", "parameters": []any{
		map[string]any{"name": "authentication_policy", "value": policy, "applyMethod": "pending-reboot"},
		map[string]any{"name": "require_secure_transport", "value": "1", "applyMethod": "immediate"},
	}}
}

func (w *world) databases(n network) databases {
	return databases{
		subnets:    w.create(DBSubnetGroup, Properties{"name": "subnets", "subnetIds": list(n.private...)}),
		parameters: w.create(DBParameterGroup, policyOfPasswords(nativePasswords)),
		group:      w.create(SecurityGroup, Properties{"vpcId": n.vpc, "name": "database"}),
	}
}

// server is a small one, changed.
func (d databases) server(over Properties) Properties {
	return merge(Properties{
		"identifier": "db", "engine": "mysql", "engineVersion": "8.4", "instanceClass": "db.t4g.micro", "allocatedStorage": 20,
		"maxAllocatedStorage": 100, "storageType": "gp3", "username": "modelway", "manageMasterUserPassword": true, "dbName": "mlflow",
		"dbSubnetGroupName": d.subnets, "parameterGroupName": d.parameters, "vpcSecurityGroupIds": list(d.group), "backupRetentionPeriod": 7,
		"backupWindow": "03:00-04:00", "maintenanceWindow": "sun:04:30-sun:05:30", "skipFinalSnapshot": true,
	}, over)
}

func TestDatabases(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	d := w.databases(n)
	id := w.create(DBInstance, d.server(nil))
	require.Regexp(t, `^db-[0-9A-F]{26}$`, id)
	r := w.get(DBInstance, id)
	require.Equal(t, "arn:aws:rds:us-east-1:123456789012:db:db", r.String("arn"))
	require.Regexp(t, `^db\.[0-9a-f]{12}\.us-east-1\.rds\.amazonaws\.com$`, r.String("address"))
	require.Equal(t, r.String("address")+":3306", r.String("endpoint"))
	require.Regexp(t, `^arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-[0-9a-f-]{36}-[0-9a-f]{6}$`,
		r.String("masterUserSecrets.secretArn"))
	require.Len(t, w.interfaces(r), 1)
	require.NoError(t, w.change(DBInstance, id, Properties{"multiAz": true}))
	require.Len(t, w.interfaces(w.get(DBInstance, id)), 2, "the standby is in another zone")

	refused(t, w.remove(DBSubnetGroup, d.subnets), "InvalidDBSubnetGroupStateFault", id)
	refused(t, w.remove(DBParameterGroup, d.parameters), "InvalidDBParameterGroupState", id)
	refused(t, w.remove(SecurityGroup, d.group), "DependencyViolation", "RDSNetworkInterface")
	refused(t, w.remove(Subnet, n.private[0]), "DependencyViolation", "RDSNetworkInterface")
	refused(t, w.change(DBInstance, id, Properties{"allocatedStorage": 19}), "InvalidParameterCombination", "greater than or equal")
	require.NoError(t, w.remove(DBInstance, id))
	for _, typ := range []string{DBSubnetGroup, DBParameterGroup} {
		require.NoError(t, w.remove(typ, map[string]string{DBSubnetGroup: d.subnets, DBParameterGroup: d.parameters}[typ]))
	}
	require.NoError(t, w.remove(SecurityGroup, d.group))
}

func (w *world) interfaces(r *Resource) (all []*Interface) {
	_ = w.View(func(s *State) error { all = s.interfacesOf(r.owner()); return nil })
	return all
}

// The policy of the moment at which RDS makes the user, or gives it another password, decides what the password is kept as.
func TestAuthenticationPolicyComesBeforeTheUser(t *testing.T) {
	w := newWorld(t)
	d := w.databases(w.network())
	native := w.create(DBInstance, d.server(Properties{"identifier": "native"}))
	require.Equal(t, "mysql_native_password", w.get(DBInstance, native).String("masterUserPlugin"))

	d.parameters = w.create(DBParameterGroup, Properties{"name": "empty", "family": "mysql8.4"})
	late := w.create(DBInstance, d.server(Properties{"identifier": "late"}))
	plugin := func() string { return w.get(DBInstance, late).String("masterUserPlugin") }
	require.Equal(t, "caching_sha2_password", plugin())
	require.NoError(t, w.change(DBParameterGroup, d.parameters, policyOfPasswords(nativePasswords)))
	require.Equal(t, "caching_sha2_password", plugin(), "a policy changes no user that is there")
	require.NoError(t, w.Update(func(s *State) error { return s.RotateMasterUser(late) }))
	require.Equal(t, "mysql_native_password", plugin())
	refused(t, w.Update(func(s *State) error { return s.RotateMasterUser("db-0") }), "ResourceNotFoundException", "db-0")
}

func TestRefusalsOfDatabases(t *testing.T) {
	w := newWorld(t)
	n := w.network()
	d := w.databases(n)
	w.create(DBInstance, d.server(Properties{"identifier": "taken"}))
	old := w.create(DBParameterGroup, Properties{"name": "old", "family": "mysql8.0"})
	elsewhere := w.create(SecurityGroup, Properties{"vpcId": w.create(Vpc, Properties{"cidrBlock": "10.9.0.0/16"}), "name": "elsewhere"})
	w.refuses(t, map[string]refusal{
		"one zone": {DBSubnetGroup, Properties{"name": "one", "subnetIds": list(n.private[0])}, "DBSubnetGroupDoesNotCoverEnoughAZs",
			"us-east-1a"},
		"no subnet": {DBSubnetGroup, Properties{"name": "none", "subnetIds": list("subnet-0")}, "InvalidSubnetID.NotFound", "subnet-0"},
		"names":     {DBInstance, d.server(Properties{"identifier": "taken"}), "DBInstanceAlreadyExists", "already exists"},
		"family": {DBInstance, d.server(Properties{"parameterGroupName": old}), "InvalidParameterCombination",
			"Please use a parameter group with DBParameterGroupFamily mysql8.4"},
		"no parameters": {DBInstance, d.server(Properties{"parameterGroupName": "x"}), "DBParameterGroupNotFound", "x"},
		"other network": {DBInstance, d.server(Properties{"vpcSecurityGroupIds": list(elsewhere)}), "InvalidParameterValue",
			"different networks"},
	})
}

func TestFaultsOfDatabases(t *testing.T) {
	d := databases{"s", "p", "g"}
	for want, over := range map[string]Properties{
		`instanceClass is "db.t1.tiny"`:                     {"instanceClass": "db.t1.tiny"},
		`allocatedStorage is "10": allowed is 20 to 65536`:  {"allocatedStorage": 10, "maxAllocatedStorage": 20},
		"must be at least 10 percent above 95":              {"allocatedStorage": 95},
		`backupRetentionPeriod is "36": allowed is 0 to 35`: {"backupRetentionPeriod": 36},
		"must not overlap":                                  {"maintenanceWindow": "sun:03:30-sun:04:30"},
		"is a reserved word used by the engine":             {"username": "rdsadmin"},
		`identifier is "7db"`:                               {"identifier": "7db"},
		`identifier is "a--b"`:                              {"identifier": "a--b"},
		`identifier is "a-"`:                                {"identifier": "a-"},
		"allowed is 1 to 63 characters":                     {"identifier": strings.Repeat("a", 64)},
		"password, manageMasterUserPassword are given":      {"password": "12345678"},
		"FinalDBSnapshotIdentifier is required":             {"skipFinalSnapshot": false},
		`engine is "postgres"`:                              {"engine": "postgres"},
	} {
		require.Contains(t, faults(t, DBInstance, d.server(over)), want)
	}
	require.Empty(t, faults(t, DBInstance, d.server(nil)))
	group := func(name, value string) Properties {
		return Properties{"family": "mysql8.4", "parameters": []any{map[string]any{"name": name, "value": value}}}
	}
	require.Contains(t, faults(t, DBParameterGroup, group("default_authentication_plugin", "x")), "Could not find parameter with name")
	require.Contains(t, faults(t, DBParameterGroup, group("authentication_policy", "mysql_native_password")), "Invalid parameter value")
	require.Empty(t, faults(t, DBParameterGroup, group("max_connections", "60")))
}

// A protected server stays; one that is to leave a snapshot leaves one, which is named among what is left, and blocks its name.
func TestLastSnapshot(t *testing.T) {
	w := newWorld(t)
	d := w.databases(w.network())
	last := Properties{"skipFinalSnapshot": false, "finalSnapshotIdentifier": "db-final", "deletionProtection": true}
	id := w.create(DBInstance, d.server(last))
	refused(t, w.remove(DBInstance, id), "InvalidParameterCombination", "disable deletion protection")
	require.NoError(t, w.change(DBInstance, id, Properties{"deletionProtection": false}))
	require.NoError(t, w.remove(DBInstance, id))
	require.NoError(t, w.View(func(s *State) error {
		require.Contains(t, s.Left(), "Snapshot db-final")
		return nil
	}))
	id = w.create(DBInstance, d.server(merge(last, Properties{"deletionProtection": false})))
	refused(t, w.remove(DBInstance, id), "DBSnapshotAlreadyExists", "db-final")
	require.NoError(t, w.remove(DBSnapshot, "db-final"))
	require.NoError(t, w.remove(DBInstance, id))
}
