package platform

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/plan"
)

// TestThePreflightKnowsEveryRole compares the roles that the platform registers with those whose names it keeps models off.
func TestThePreflightKnowsEveryRole(t *testing.T) {
	onNodes := func(cfg *config.Config) {
		group := compute.DefaultNodeGroup()
		group.Name, group.InstanceTypes, group.DesiredSize = "general", []string{"m6i.large"}, 1
		cfg.Compute.NodeGroups = []config.NodeGroup{group}
	}
	var names []string
	for _, role := range recordStored(t, onNodes).OfType("modelway:identity:ServiceAccountRole") {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(role.Name, "modelway-"), "-role"))
	}
	require.ElementsMatch(t, append(plan.Roles(stored(onNodes).Config), "stored"), names)
}
