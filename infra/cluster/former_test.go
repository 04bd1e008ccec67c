package cluster_test

import (
	"testing"

	"github.com/modelway/modelway/infra/cluster"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// The entries of roles, and their associations with the admin policy, are known by the names that the first versions gave them. No two
// share one.
func TestEntriesKeepTheResourcesOfFormerNames(t *testing.T) {
	const twin = "arn:aws:iam::210987654321:role/platform/Admin"
	a := args(func(a *cluster.ClusterArgs) {
		a.AdminRoleArns = []string{twin, admin}
		a.AccessEntries = []cluster.AccessEntry{{PrincipalArn: science, Policy: cluster.Edit}, {PrincipalArn: person, Policy: cluster.View}}
	})
	children := map[string]string{ // as pulumi-eks names them
		"run-role-123456789012-platform/Admin": entryType, "run-role-123456789012-platform/Admin-admin": associationType,
		"run-role-210987654321-platform/Admin": entryType, "run-role-210987654321-platform/Admin-admin": associationType,
		"run-role-123456789012-data-science": entryType, "run-role-123456789012-data-science-edit": associationType,
		"run-user-210987654321-data-science": entryType,
	}
	r := recorder.Run(t, func(ctx *pulumi.Context) error {
		c, err := cluster.NewCluster(ctx, "run", a)
		if err != nil {
			return err
		}
		for name, typ := range children {
			if err := ctx.RegisterResource(typ, name, pulumi.Map{}, &pulumi.CustomResourceState{}, pulumi.Parent(c.ControlPlane)); err != nil {
				return err
			}
		}
		return nil
	})
	former := map[string]string{
		"run-role-123456789012-platform/Admin":       "run-admin-platform-Admin",
		"run-role-123456789012-platform/Admin-admin": "run-admin-platform-Admin-admin",
		"run-role-123456789012-data-science":         "run-admin-data-science",
	}
	for name, typ := range children {
		child := r.Find(t, typ, name)
		if former[name] == "" {
			require.Empty(t, child.Aliases, name)
			continue
		}
		require.Len(t, child.Aliases, 1, name)
		require.Contains(t, child.Aliases[0], "name="+former[name]+" ")
	}
}
