package platform

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

var (
	databaseServer = isType("aws:rds/instance:Instance")
	databaseGroup  = named(isType("aws:ec2/securityGroup:SecurityGroup"), "-database-group")
)

// databaseRules are the edges of the database. Its security group names that of the cluster, which EKS cannot delete before.
var databaseRules = []rule{
	{"a database goes before its subnets and parameters", databaseServer,
		isType("aws:rds/subnetGroup:SubnetGroup", "aws:rds/parameterGroup:ParameterGroup"), nil},
	{"a database goes before its security group", databaseServer, databaseGroup, nil},
	{"a database's security group goes before the cluster, whose group it names", databaseGroup, isType("aws:eks/cluster:Cluster"), nil},
}

func withDatabase(c *config.Config) { c.Database.Enabled = true }

// TestDatabase looks for a server in the private subnets that only the cluster reaches, whose names and tags tell the environment.
func TestDatabase(t *testing.T) {
	r := recordStored(t, withDatabase)
	server := r.Find(t, "aws:rds/instance:Instance", "modelway-database-server")
	require.Regexp(t, `^modelway-test-[0-9a-f]{8}-database-[a-z]+-$`, server.Input("identifierPrefix"))
	require.Equal(t, "modelway-test", server.Input(`tags["modelway:cluster"]`))
	var private []any
	for _, subnet := range r.OfType("aws:ec2/subnet:Subnet") {
		if strings.Contains(subnet.Name, "-private-") {
			private = append(private, subnet.ID)
		}
	}
	require.ElementsMatch(t, private, r.Find(t, "aws:rds/subnetGroup:SubnetGroup", "modelway-database-subnets").Input("subnetIds"))
	ingress := r.Find(t, "aws:ec2/securityGroup:SecurityGroup", "modelway-database-group").Input("ingress").([]any)
	require.Len(t, ingress, 1)
	cluster := r.OfType("aws:eks/cluster:Cluster")[0].Outputs["vpcConfig"].ObjectValue()["clusterSecurityGroupId"].StringValue()
	require.Equal(t, []any{cluster}, ingress[0].(map[string]any)["securityGroups"])
}

// TestNoOutputTellsAPassword looks through all that the program registers with a database for a property of that name.
func TestNoOutputTellsAPassword(t *testing.T) {
	for _, made := range recordStored(t, withDatabase).Resources {
		text, err := json.Marshal([]any{made.Inputs.Mappable(), made.Outputs.Mappable()})
		require.NoError(t, err)
		require.NotRegexp(t, `(?i)"(master)?(user)?password":`, string(text), made.Name)
	}
}

// TestDatabaseOfProduction follows the protection of the environment.
func TestDatabaseOfProduction(t *testing.T) {
	r := recordStored(t, withDatabase, func(c *config.Config) { c.Cluster.DeletionProtection, c.Database.MultiAz = true, true })
	server := r.Find(t, "aws:rds/instance:Instance", "modelway-database-server")
	require.True(t, server.Protect)
	require.Equal(t, []any{true, true}, []any{server.Input("deletionProtection"), server.Input("multiAz")})
	require.Empty(t, recordStored(t).OfType("aws:rds/instance:Instance"), "off by default")
}
