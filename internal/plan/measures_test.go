package plan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
)

// TestMeasuringFitsTheModels warns of memory and disk from some number of models on, and is silent once the settings are those that it names.
func TestMeasuringFitsTheModels(t *testing.T) {
	many := func(n int) []modelspec.Model {
		all := make([]modelspec.Model, n)
		for i := range all {
			all[i] = modelspec.Default()
			all[i].Name = fmt.Sprintf("model-%d", i)
		}
		return all
	}
	group := compute.DefaultNodeGroup()
	group.Name, group.InstanceTypes, group.DesiredSize = "general", []string{"m6i.large"}, 1
	cfg := config.Defaults("test", "us-east-1")
	cfg.Compute.FargateProfiles, cfg.Compute.NodeGroups, cfg.Monitoring.Enabled = nil, []config.NodeGroup{group}, true
	require.Empty(t, Measuring(cfg, many(10)))
	require.Empty(t, Measuring(cfg, many(100)))

	told := Measuring(cfg, many(3000))
	require.Len(t, told, 2)
	var models, pods, series, given, memory int
	var need float64
	_, err := fmt.Sscanf(told[0], "Prometheus may run out of memory: %d models with up to %d pods have an estimated %d series, which need %f GiB, "+
		"and modelway:monitoring.memoryGiB is %d; set it to %d", &models, &pods, &series, &need, &given, &memory)
	require.NoError(t, err, told[0])
	require.Equal(t, []int{3000, 9000, 3}, []int{models, pods, given})
	require.Contains(t, told[1], "modelway:monitoring.sizeGiB, 50; set that to ")
	cfg.Monitoring.MemoryGiB = memory
	require.Equal(t, told[1:], Measuring(cfg, many(3000)), "the memory that it names is enough")
	cfg.Monitoring.MemoryGiB--
	require.Len(t, Measuring(cfg, many(3000)), 2, "and no more than that")

	cfg.Monitoring.MemoryGiB, cfg.Monitoring.Store = memory, monitoring.StoreManaged
	require.Empty(t, Measuring(cfg, many(3000)), "there is no disk")
	cfg.Monitoring.Enabled = false
	require.Empty(t, Measuring(cfg, many(30000)))
}
