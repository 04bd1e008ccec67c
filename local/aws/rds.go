package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Types of RDS resources.
const (
	DBInstance       = "aws:rds/instance:Instance"
	DBSubnetGroup    = "aws:rds/subnetGroup:SubnetGroup"
	DBParameterGroup = "aws:rds/parameterGroup:ParameterGroup"
	DBSnapshot       = "aws:rds/snapshot:Snapshot"
)

// Error codes: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, API_DeleteDBInstance,
// API_CreateDBSubnetGroup and API_CreateDBParameterGroup. Only MySQL is simulated. A group may not go while a server is in it.
func init() {
	register(rds,
		Kind{Type: DBSubnetGroup, Calls: [3]string{"CreateDBSubnetGroup", "ModifyDBSubnetGroup", "DeleteDBSubnetGroup"},
			Required: []string{"subnetIds"}, Unique: []string{"name"}, Refs: []Ref{{Path: "subnetIds", To: Subnet}}, Apply: applySubnetGroup,
			Missing: "DBSubnetGroupNotFoundFault", Taken: "DBSubnetGroupAlreadyExists", Held: "InvalidDBSubnetGroupStateFault"},
		Kind{Type: DBParameterGroup, Calls: [3]string{"CreateDBParameterGroup", "ModifyDBParameterGroup", "DeleteDBParameterGroup"},
			Unique: []string{"name"}, Check: checkParameters,
			Missing: "DBParameterGroupNotFound", Taken: "DBParameterGroupAlreadyExists", Held: "InvalidDBParameterGroupState"},
		Kind{Type: DBInstance, Calls: [3]string{"CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance"}, Asynchronous: true,
			Required: []string{"dbSubnetGroupName", "parameterGroupName", "vpcSecurityGroupIds"}, Unique: []string{"identifier"},
			Defaults: Properties{"storageType": "gp2", "backupRetentionPeriod": 1, "port": 3306, "multiAz": false, "storageEncrypted": false,
				"publiclyAccessible": false, "deletionProtection": false, "skipFinalSnapshot": false, "autoMinorVersionUpgrade": true,
				"deleteAutomatedBackups": true, "engineLifecycleSupport": "open-source-rds-extended-support"},
			Refs: []Ref{{Path: "dbSubnetGroupName", To: DBSubnetGroup, Hold: Block},
				{Path: "parameterGroupName", To: DBParameterGroup, Hold: Block},
				{Path: "vpcSecurityGroupIds", To: SecurityGroup}, {Path: "kmsKeyId", To: Key}},
			Check: checkServer, Apply: applyServer, Delete: deleteServer,
			Missing: "DBInstanceNotFound", Taken: "DBInstanceAlreadyExists", Held: "InvalidDBInstanceState"},
		Kind{Type: DBSnapshot, Calls: [3]string{"CreateDBSnapshot", "ModifyDBSnapshot", "DeleteDBSnapshot"},
			Unique:  []string{"dbSnapshotIdentifier"},
			Missing: "DBSnapshotNotFound", Taken: "DBSnapshotAlreadyExists", Held: "InvalidDBSnapshotState"},
	)
}

// parameters are those of family mysql8.4 that the account knows, with what each can be. RDS takes no factors beside the first in a policy
// (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Upgrade-v3-v84-security.html).
var parameters = map[string]bound{
	"authentication_policy":    among("*:caching_sha2_password *:mysql_native_password"),
	"max_connections":          pattern(`[1-9][0-9]{0,4}|100000|\{DBInstanceClassMemory/[0-9]+\}`),
	"require_secure_transport": among("0 1 ON OFF"),
	"slow_query_log":           among("0 1"),
	"long_query_time":          pattern(`[0-9]+(\.[0-9]+)?`),
}

// checkParameters: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html.
func checkParameters(in Properties) (faults []error) {
	for _, p := range in.Objects("parameters") {
		name, value := p.String("name"), p.String("value")
		fits, known := parameters[name]
		switch {
		case !known:
			faults = append(faults, refuse(rds.Invalid, "Could not find parameter with name: %s", name))
		case p.Has("value") && fits(value) != "":
			faults = append(faults, refuse(rds.Invalid, "Invalid parameter value: %s for: %s allowed values are: %s", value, name, fits(value)))
		}
	}
	return faults
}

// applySubnetGroup: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html.
func applySubnetGroup(s *State, r, _ *Resource) error {
	if zones := s.zonesOf(r.Strings("subnetIds")); len(zones) < 2 {
		return refuse("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "+
			"Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", strings.Join(zones, ", "))
	}
	r.Computed["vpcId"] = s.network(r)
	return nil
}

// checkServer judges what needs no account.
func checkServer(in Properties) (faults []error) {
	wrong := func(format string, args ...any) {
		faults = append(faults, refuse("InvalidParameterCombination", format, args...))
	}
	size, most := in.Int("allocatedStorage"), in.Int("maxAllocatedStorage")
	if in.Has("maxAllocatedStorage") && in.Has("allocatedStorage") && most*100 < size*110 {
		wrong("Invalid max storage size for engine name mysql and storage type %s: %d; it must be at least 10 percent above %d",
			in.String("storageType"), most, size)
	}
	if user := in.String("username"); slices.Contains([]string{"rdsadmin", "rdsrepladmin", "root"}, user) {
		faults = append(faults, refuse(rds.Invalid, "MasterUsername %s cannot be used as it is a reserved word used by the engine", user))
	}
	if in.Has("backupWindow") && in.Has("maintenanceWindow") && overlap(in.String("backupWindow"), in.String("maintenanceWindow")) {
		faults = append(faults, refuse(rds.Invalid, "The backup window and maintenance window must not overlap."))
	}
	if in.Has("skipFinalSnapshot") && !in.Bool("skipFinalSnapshot") && in.Has("engine") && !in.Has("finalSnapshotIdentifier") {
		wrong("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified")
	}
	return faults
}

// overlap says whether a daily window and a weekly one have a minute in common. Windows of the wrong form have none.
func overlap(daily, weekly string) bool {
	minutes := func(clock string) int {
		at, _ := time.Parse("15:04", clock)
		return at.Hour()*60 + at.Minute()
	}
	dailyFrom, dailyTo, _ := strings.Cut(daily, "-")
	from, to, _ := strings.Cut(weekly, "-")
	_, from, _ = strings.Cut(from, ":")
	_, to, _ = strings.Cut(to, ":")
	return minutes(dailyFrom) < minutes(to) && minutes(from) < minutes(dailyTo)
}

// applyServer refuses what does not go together, and places network interfaces: one, or two with a standby.
func applyServer(s *State, r, old *Resource) error {
	if err := s.checkVersion(r); err != nil {
		return err
	}
	if old != nil && r.Int("allocatedStorage") < old.Int("allocatedStorage") {
		return refuse("InvalidParameterCombination", "Invalid storage size for engine name mysql: requested storage %d must be greater than or "+
			"equal to current storage %d", r.Int("allocatedStorage"), old.Int("allocatedStorage"))
	}
	if old == nil {
		s.makeUser(r)
	}
	address := r.String("address")
	r.Computed["endpoint"], r.Computed["engineVersionActual"] = fmt.Sprintf("%s:%d", address, r.Int("port")), r.String("engineVersion")+".7"
	subnets := s.Get(DBSubnetGroup, r.String("dbSubnetGroupName")).Strings("subnetIds")
	zones, placed := map[string]bool{}, []string{}
	for _, id := range subnets {
		if zone := s.Get(Subnet, id).String("availabilityZone"); !zones[zone] {
			zones[zone], placed = true, append(placed, id)
		}
	}
	if !r.Bool("multiAz") {
		placed = placed[:1]
	}
	return s.place(r.owner(), "RDSNetworkInterface", placed[:min(len(placed), 2)], r.Strings("vpcSecurityGroupIds")...)
}

// checkVersion wants parameters of the version that the server has.
func (s *State) checkVersion(r *Resource) error {
	group := s.Get(DBParameterGroup, r.String("parameterGroupName"))
	major := strings.Join(strings.SplitN(r.String("engineVersion"), ".", 3)[:min(2, strings.Count(r.String("engineVersion"), ".")+1)], ".")
	if family := group.String("family"); family != r.String("engine")+major {
		return refuse("InvalidParameterCombination", "The parameter group %s with DBParameterGroupFamily %s can't be used for this instance. "+
			"Please use a parameter group with DBParameterGroupFamily %s%s", group.ID, family, r.String("engine"), major)
	}
	return nil
}

// makeUser makes the first user, whose password is kept as the authentication policy of that moment says, and the secret with it, if RDS is
// to keep that.
func (s *State) makeUser(r *Resource) {
	r.Computed["masterUserPlugin"] = s.plugin(r)
	if r.Bool("manageMasterUserPassword") {
		uuid := randomHex(8) + "-" + randomHex(4) + "-4" + randomHex(3) + "-8" + randomHex(3) + "-" + randomHex(12)
		r.Computed["masterUserSecrets"] = []any{map[string]any{"secretStatus": "active",
			"secretArn": s.arn("secretsmanager", s.region, AccountID, "secret:rds!db-"+uuid+"-"+randomHex(6)),
			"kmsKeyId":  s.arn("kms", s.region, AccountID, "key/"+uuid)}}
	}
}

// plugin is what the authentication policy of a server says now; that of MySQL 8.4 where its group says nothing.
func (s *State) plugin(r *Resource) string {
	for _, p := range s.Get(DBParameterGroup, r.String("parameterGroupName")).Objects("parameters") {
		if p.String("name") == "authentication_policy" {
			return strings.TrimPrefix(p.String("value"), "*:")
		}
	}
	return "caching_sha2_password"
}

// RotateMasterUser gives the first user of a server a new password, as RDS does every seven days
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html): from then on it is kept as the policy says.
func (s *State) RotateMasterUser(id string) error {
	r := s.Get(DBInstance, id)
	if r == nil || !r.Bool("manageMasterUserPassword") {
		return refuse("ResourceNotFoundException", "Secrets Manager can't find a secret that RDS manages for %s.", id)
	}
	r.Computed["masterUserPlugin"] = s.plugin(r)
	return nil
}

// deleteServer leaves a snapshot where one is wanted. The secret and the automated backups go with the server, without a time in which they
// could be brought back.
func deleteServer(s *State, r *Resource) error {
	if r.Bool("deletionProtection") {
		return refuse("InvalidParameterCombination", "Cannot delete protected DB Instance, please disable deletion protection and try again.")
	}
	if r.Bool("skipFinalSnapshot") {
		return nil
	}
	name := r.String("finalSnapshotIdentifier")
	if name == "" {
		return refuse("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
	}
	if s.Get(DBSnapshot, name) != nil {
		return refuse(kinds[DBSnapshot].Taken, "Cannot create the snapshot because a snapshot with the identifier %s already exists.", name)
	}
	_, err := s.CreateOwned(DBSnapshot, "rds", Properties{"dbInstanceIdentifier": r.String("identifier"), "dbSnapshotIdentifier": name})
	return err
}
