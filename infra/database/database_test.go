package database_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/database"
	spec "github.com/modelway/modelway/internal/database"
	"github.com/modelway/modelway/internal/recorder"
)

const (
	groupType      = "aws:ec2/securityGroup:SecurityGroup"
	subnetsType    = "aws:rds/subnetGroup:SubnetGroup"
	parametersType = "aws:rds/parameterGroup:ParameterGroup"
	serverType     = "aws:rds/instance:Instance"
)

func args(change func(*database.DatabaseArgs)) *database.DatabaseArgs {
	a := &database.DatabaseArgs{
		Spec: spec.Default(), VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}),
		ClientSecurityGroupId: pulumi.String("sg-cluster"), Tags: map[string]string{"modelway:cluster": "modelway-test"},
	}
	if change != nil {
		change(a)
	}
	return a
}

func run(t recorder.TB, change func(*database.DatabaseArgs), opts ...recorder.Option) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		_, err := database.NewDatabase(ctx, "db", args(change))
		return err
	}, opts...)
}

func TestDatabaseGolden(t *testing.T) {
	golden(t, "small", run(t, nil))
	golden(t, "production", run(t, func(a *database.DatabaseArgs) {
		a.InstanceClass, a.MultiAz, a.BackupDays, a.FinalSnapshot, a.Protect = "db.t4g.small", true, 14, true, true
	}))
}

// golden compares the inputs of every child, by its name.
func golden(t *testing.T, name string, recording *recorder.Recording) {
	t.Helper()
	children := map[string]any{}
	for _, child := range recording.Children(recording.Find(t, database.Token, "db").URN) {
		children[child.Name] = child.Inputs.Mappable()
	}
	require.Len(t, children, 4)
	recorder.GoldenJSON(t, filepath.Join("testdata", name+".golden.json"), children)
}

// The policy of passwords is there before the first user is made, and the server leaves nothing behind that it needs.
func TestServerDependsOnWhatItNeeds(t *testing.T) {
	recording := run(t, nil)
	server := recording.Find(t, serverType, "db-server")
	for _, child := range []string{groupType + " db-group", subnetsType + " db-subnets", parametersType + " db-parameters"} {
		typ, name, _ := strings.Cut(child, " ")
		require.True(t, server.DependsDirectly(recording.Find(t, typ, name).URN), child)
	}
}

func TestOutputs(t *testing.T) {
	recording := run(t, nil)
	outputs := recording.Find(t, database.Token, "db").Outputs.Mappable()
	require.Regexp(t, `^db-server-[0-9a-f]{7}\.[0-9a-z]{12}\.us-east-1\.rds\.amazonaws\.com$`, outputs["host"])
	require.Regexp(t, `^arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-[0-9a-f-]{36}-[0-9A-Za-z]{6}$`, outputs["secretArn"])
	require.Equal(t, []any{3306.0, 3.0}, []any{outputs["port"], outputs["poolSize"]})
}

// Nothing that the program gives or gets has the password.
func TestNoPasswordInTheState(t *testing.T) {
	server := run(t, nil).Find(t, serverType, "db-server")
	require.Equal(t, true, server.Input("manageMasterUserPassword"))
	require.Nil(t, server.Input("password"))
	require.NotContains(t, server.Outputs.Mappable(), "password")
}

func TestProtectIsOfPulumiAndOfAws(t *testing.T) {
	for _, protect := range []bool{true, false} {
		server := run(t, func(a *database.DatabaseArgs) { a.Protect = protect }).Find(t, serverType, "db-server")
		require.Equal(t, []any{protect, protect}, []any{server.Protect, server.Input("deletionProtection")})
	}
}

// A snapshot of that name does not exist yet, and its name shows the environment.
func TestFinalSnapshot(t *testing.T) {
	server := run(t, nil).Find(t, serverType, "db-server")
	require.Equal(t, []any{true, nil}, []any{server.Input("skipFinalSnapshot"), server.Input("finalSnapshotIdentifier")})
	server = run(t, func(a *database.DatabaseArgs) { a.FinalSnapshot = true }).Find(t, serverType, "db-server")
	require.Equal(t, false, server.Input("skipFinalSnapshot"))
	require.Regexp(t, `^db-subnets-[0-9a-f]{7}-final$`, server.Input("finalSnapshotIdentifier"))
	preview := run(t, func(a *database.DatabaseArgs) { a.FinalSnapshot = true }, recorder.WithPreview())
	require.NotNil(t, preview.Find(t, serverType, "db-server"))
}

func TestFaultsAreReportedTogether(t *testing.T) {
	two := args(func(a *database.DatabaseArgs) { a.BackupDays, a.InstanceClass = 0, "x" })
	for want, broken := range map[string]*database.DatabaseArgs{
		"VpcId, SubnetIds and ClientSecurityGroupId are required": {Spec: spec.Default()},
		"backupDays is 0: out of range":                           two,
		`instanceClass is "x": not one of the allowed values`:     two,
	} {
		recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
			_, err := database.NewDatabase(ctx, "db", broken)
			return err
		})
		require.ErrorContains(t, err, want)
		require.Empty(t, recording.Resources, "nothing is registered")
	}
}
