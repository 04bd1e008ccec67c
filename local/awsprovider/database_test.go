package awsprovider

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/infra/database"
	spec "github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/local/aws"
)

// anyDatabase draws a spec, most of which are faultless.
func anyDatabase(t *rapid.T) spec.Spec {
	storage := rapid.IntRange(15, 1000).Draw(t, "storage")
	return spec.Spec{
		Enabled: true, InstanceClass: rapid.SampledFrom(append(spec.ClassNames(), "db.t9.huge")).Draw(t, "class"),
		StorageGiB: storage, MaxStorageGiB: storage + rapid.IntRange(0, 200).Draw(t, "growth"),
		MultiAz: rapid.Bool().Draw(t, "standby"), BackupDays: rapid.IntRange(0, 37).Draw(t, "days"), FinalSnapshot: rapid.Bool().Draw(t, "last"),
	}
}

// TestWhatTheRulesAcceptRdsTakes registers a database of any spec, and gives what it registers to the account. The rules are made by the
// documents of AWS, and what the account refuses by its own table: neither reads the other.
func TestWhatTheRulesAcceptRdsTakes(t *testing.T) {
	e := start(t, account(t), nil)
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		s := anyDatabase(t)
		if len(s.Check()) > 0 {
			return
		}
		taken++
		recording := recorder.Run(t, func(ctx *pulumi.Context) error {
			_, err := database.NewDatabase(ctx, "db", &database.DatabaseArgs{
				Spec: s, VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-1"}),
				ClientSecurityGroupId: pulumi.String("sg-1"), Protect: rapid.Bool().Draw(t, "protect"),
			})
			return err
		})
		for _, r := range recording.Children(recording.Find(t, database.Token, "db").URN) {
			_, failures := e.check(r.Type, r.Name, nil, r.Inputs.Mappable())
			require.Empty(t, failures, r.Name)
		}
	})
	require.NotZero(t, taken)
}

// TestDatabaseComesAndGoes brings up, at the account, what the constructor registers, in its order, and takes it away in reverse. Nothing but
// the last snapshot is left.
func TestDatabaseComesAndGoes(t *testing.T) {
	path := account(t)
	e := start(t, path, nil)
	vpc, _ := e.must(aws.Vpc, "vpc", object{"cidrBlock": "10.0.0.0/16"})
	var subnets []any
	for zone, block := range map[string]string{"us-east-1a": "10.0.0.0/24", "us-east-1b": "10.0.1.0/24"} {
		id, _ := e.must(aws.Subnet, "subnet-"+zone, object{"vpcId": vpc, "availabilityZone": zone, "cidrBlock": block})
		subnets = append(subnets, id)
	}
	group, _ := e.must(aws.SecurityGroup, "database", object{"vpcId": vpc})
	_, in := e.must(aws.DBSubnetGroup, "subnets", object{"namePrefix": naming.Environment("modelway-dev") + "-database-subnets-", "subnetIds": subnets})
	class := spec.Classes[0]
	var settings []any
	for _, p := range class.Parameters() {
		settings = append(settings, object{"name": p.Name, "value": p.Value, "applyMethod": p.Method})
	}
	_, parameters := e.must(aws.DBParameterGroup, "parameters", object{"family": spec.Family, "parameters": settings})
	server, out := e.must(aws.DBInstance, "server", object{
		"identifierPrefix": naming.InEnvironment("modelway-dev", "modelway", "modelway-database-server", 63), "engine": spec.Engine,
		"engineVersion": spec.Version, "instanceClass": class.Name, "allocatedStorage": 20, "maxAllocatedStorage": 100, "username": spec.User,
		"manageMasterUserPassword": true, "dbSubnetGroupName": in["name"], "parameterGroupName": parameters["name"],
		"vpcSecurityGroupIds": []any{group}, "multiAz": true, "backupWindow": spec.BackupWindow, "maintenanceWindow": spec.MaintenanceWindow,
		"finalSnapshotIdentifier": in["name"].(string) + "-final", "skipFinalSnapshot": false,
	})
	require.Regexp(t, `^arn:aws:secretsmanager:`, out["masterUserSecrets"].([]any)[0].(object)["secretArn"])
	require.NotContains(t, out, "password")
	require.NotContains(t, out, "masterUserPlugin", "the provider tells what the SDK declares, and nothing else")
	require.NoError(t, e.remove(aws.DBInstance, server))
	for typ, name := range map[string]any{aws.DBSubnetGroup: in["name"], aws.DBParameterGroup: parameters["name"], aws.SecurityGroup: group} {
		require.NoError(t, e.remove(typ, name.(string)))
	}
	for _, id := range subnets {
		require.NoError(t, e.remove(aws.Subnet, id.(string)))
	}
	require.NoError(t, e.remove(aws.Vpc, vpc))
	kept, err := aws.Open(path)
	require.NoError(t, err)
	require.NoError(t, kept.View(func(s *aws.State) error {
		require.Equal(t, []string{"Snapshot " + in["name"].(string) + "-final"}, s.Left())
		return nil
	}))
}
