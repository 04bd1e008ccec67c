package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/monitoring"
)

// TestStoreFollowsFromWherePrometheusRuns decides auto by the home of the pods.
func TestStoreFollowsFromWherePrometheusRuns(t *testing.T) {
	group := func(taints ...Taint) NodeGroup {
		g := compute.DefaultNodeGroup()
		g.Name, g.InstanceTypes, g.DesiredSize, g.Taints = "general", []string{"m6i.large"}, 1, taints
		return g
	}
	everything := FargateProfile{Name: "all", Selectors: []Selector{{Namespace: "monitoring"}}}
	for name, c := range map[string]struct {
		compute        Compute
		store          string
		nodes, fargate bool
	}{
		"no nodes":           {Compute{FargateProfiles: defaultFargateProfiles()}, monitoring.StoreManaged, false, true},
		"nodes only":         {Compute{NodeGroups: []NodeGroup{group()}}, monitoring.StoreDisk, true, false},
		"both":               {Compute{NodeGroups: []NodeGroup{group()}, FargateProfiles: defaultFargateProfiles()}, monitoring.StoreDisk, true, true},
		"nodes for GPUs":     {Compute{NodeGroups: []NodeGroup{group(Taint{Key: "gpu", Effect: "NO_SCHEDULE"})}}, monitoring.StoreManaged, true, true},
		"a profile takes it": {Compute{NodeGroups: []NodeGroup{group()}, FargateProfiles: []FargateProfile{everything}}, monitoring.StoreManaged, true, true},
	} {
		cfg := Defaults("test", "us-east-1")
		cfg.Compute, cfg.Monitoring.Enabled = c.compute, true
		plan := cfg.Facts().Monitoring
		require.Equal(t, []any{c.store, c.nodes, c.fargate}, []any{plan.Store, plan.Nodes, plan.Fargate}, name)
		require.Empty(t, checkStore(cfg), name)
		cfg.Monitoring.Store = monitoring.StoreMemory
		require.Equal(t, monitoring.StoreMemory, cfg.Facts().Monitoring.Store, "what is given holds")
		cfg.Monitoring.Store = monitoring.StoreDisk
		require.Equal(t, c.store == monitoring.StoreManaged, len(checkStore(cfg)) == 1, name)
	}
}

// TestAnEnvironmentWithoutMonitoringHasNoStore keeps the settings of what is off without effect.
func TestAnEnvironmentWithoutMonitoringHasNoStore(t *testing.T) {
	cfg := Defaults("test", "cn-north-1")
	cfg.Monitoring.Store = monitoring.StoreManaged
	plan := cfg.Facts().Monitoring
	require.False(t, plan.Managed() || plan.OnDisk())
	require.Empty(t, plan.Endpoints())
	require.Empty(t, checkStore(cfg))
}
