package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// onNodes is an environment without Fargate.
func onNodes(groups ...compute.NodeGroup) config.Config {
	return environmentWith(func(cfg *config.Config) { cfg.Compute.FargateProfiles, cfg.Compute.NodeGroups = nil, groups })
}

func sized(most int, types ...string) compute.NodeGroup {
	return compute.NodeGroup{Name: "general", InstanceTypes: types, MinSize: 1, MaxSize: most}.WithDefaults()
}

// TestWhatMustRun is added up by hand: two pods each of the load balancer controller and the Cluster Autoscaler, 250m and 768Mi, of
// CoreDNS, 100m and 70Mi, and of the metrics server, 100m and 200Mi, are 1400m and 3612Mi.
func TestWhatMustRun(t *testing.T) {
	cfg := onNodes(sized(2, "m6i.large"))
	sum, pods := MustRun(cfg, nil)
	require.Equal(t, compute.Amount{CPUMillis: 1400, MemoryMiB: 3612}, sum)
	require.Equal(t, 8, pods)
	const resources = "resources: {cpu: '1', memory: 1Gi}\nreplicas: {min: 2, max: 9}\ncompute: "
	for rest, more := range map[string]int{
		resources + "nodes": 2, resources + "fargate": 0, resources + "gpu": 0,
		resources + "nodes\ncanary: {image: 'example.com/model:2'}": 4,
	} {
		sum, pods := MustRun(cfg, []modelspec.Model{made(t, "churn", rest)})
		require.Equal(t, compute.Amount{CPUMillis: 1400 + 1000*int64(more), MemoryMiB: 3612 + 1024*int64(more)}, sum, rest)
		require.Equal(t, 8+more, pods, rest)
	}
	fargate := environmentWith(func(cfg *config.Config) { cfg.Compute.NodeGroups = []compute.NodeGroup{sized(2, "m6i.large")} })
	sum, pods = MustRun(fargate, nil)
	require.Equal(t, compute.Amount{}, sum, "the default profiles take all of them")
	require.Zero(t, pods)
}

// TestFullNodes warns at the first thousandth that is too much: two m6i.large have 1930m each, of which pods on every node ask for 180m.
func TestFullNodes(t *testing.T) {
	model := func(cpu string) []modelspec.Model {
		return []modelspec.Model{made(t, "churn", "compute: nodes\nreplicas: {min: 2}\nresources: {cpu: '"+cpu+"', memory: 1Gi}")}
	}
	cfg := onNodes(sized(2, "m6i.large"))
	require.Empty(t, FullNodes(cfg, model("1050m"))) // 1400 + 2 x 1050 = 3500 = 2 x 1750
	require.Equal(t, []string{"10 pods of add-ons and models must run on nodes and ask for 3502m CPU and 5660Mi memory, but the node groups " +
		"have 3500m and 15434Mi at their maxSize, without the pods on every node: some pods will wait. Raise maxSize of " +
		"modelway:compute.nodeGroups, choose larger instance types, or give some pods a Fargate profile"}, FullNodes(cfg, model("1051m")))
	require.Empty(t, FullNodes(onNodes(sized(2, "m6i.large", "m6i.xlarge")), model("1051m")), "the largest type of a group counts")
	require.Empty(t, FullNodes(onNodes(sized(2, "m6i.large", "m9i.large")), model("1051m")), "nobody knows the size")
	tainted := sized(9, "m6i.large")
	tainted.Taints = []compute.Taint{{Key: "team", Effect: compute.NoSchedule}}
	require.NotEmpty(t, FullNodes(onNodes(sized(2, "m6i.large"), tainted), model("1051m")), "tainted nodes take none of them")
	require.Equal(t, use(3612, 15434), nodeUse(cfg, nil)["most"].(map[string]any)["memoryMiB"])
	cfg.Monitoring.Enabled = true
	most := nodeUse(cfg, nil)["most"].(map[string]any)
	require.Equal(t, 15434-2*64, most["memoryMiB"].(map[string]any)["quota"], "the node exporter is on every node")
}
