package charts_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/monitoring"
)

// TestMonitoringChartsStandForThePinnedOnes tries values of nodes and of Fargate.
func TestMonitoringChartsStandForThePinnedOnes(t *testing.T) {
	tried := 0
	for _, row := range addons.All() {
		if row.Setting != monitoring.Setting {
			continue
		}
		tried++
		var sets []map[string]any
		for _, store := range monitoring.Stores {
			plan := monitoring.Plan{Spec: monitoring.Default(), Store: store, Nodes: store == monitoring.StoreDisk, Fargate: true}
			plan.Enabled, plan.Replicas = true, 2
			facts := addons.Facts{Region: "us-east-1", KubernetesVersion: "1.36", Monitoring: plan}
			sets = append(sets, row.ValuesOf(addons.Install{Facts: facts, Mirror: "mirror.example.com"}))
		}
		standsFor(t, row, true, sets...)
	}
	require.Equal(t, 3, tried)
}
