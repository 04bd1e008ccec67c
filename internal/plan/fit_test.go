package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
)

// A model that no node has room for is refused, and one that an unknown instance type may hold is not.
func TestModelsFitTheNodes(t *testing.T) {
	group := func(name string, most int, types ...string) compute.NodeGroup {
		return compute.NodeGroup{Name: name, InstanceTypes: types, MinSize: 0, MaxSize: most}.WithDefaults()
	}
	general, gpu := group("general", 2, "m6i.large"), group("gpu", 1, "g5.xlarge", "g5.2xlarge")
	tainted := group("tainted", 1, "m6i.large")
	tainted.Taints = []compute.Taint{{Key: "team", Effect: compute.NoExecute}}
	preferred := group("preferred", 1, "m6i.4xlarge")
	preferred.Taints = []compute.Taint{{Key: "team", Effect: compute.PreferNoSchedule}}
	for name, c := range map[string]struct {
		groups []compute.NodeGroup
		rest   string
		want   string
	}{
		"fits": {[]compute.NodeGroup{general}, "compute: nodes", ""},
		"16 CPU": {[]compute.NodeGroup{general, gpu}, "compute: nodes\nresources: {cpu: '16'}",
			"model churn: resources ask for 16 CPU, 512Mi memory and 0 GPUs, which no node of environment test has for a pod; the largest, " +
				"m6i.large, has 1930m CPU, 7837Mi and 0; lower them"},
		"all of a node": {[]compute.NodeGroup{general}, "compute: nodes\nresources: {cpu: '2'}",
			"which no node of environment test has for a pod"},
		"too much memory": {[]compute.NodeGroup{general}, "compute: nodes\nresources: {memory: 8Gi}", "8Gi memory"},
		"8 GPUs": {[]compute.NodeGroup{general, gpu}, "compute: gpu\nresources: {gpu: 8}",
			"the largest, g5.2xlarge, has 7910m CPU, 32413Mi and 1"},
		"1 GPU": {[]compute.NodeGroup{general, gpu}, "compute: gpu\nreplicas: {max: 1}", ""},
		"too many replicas": {[]compute.NodeGroup{general}, "compute: nodes\nresources: {cpu: '1'}\nreplicas: {max: 3}",
			"model churn: replicas.max is 3, but the node groups of environment test hold 2 such replicas at their maxSize"},
		"more than GPUs": {[]compute.NodeGroup{gpu}, "compute: gpu\nreplicas: {max: 2}", "hold 1 such replicas"},
		"only GPU nodes": {[]compute.NodeGroup{gpu}, "compute: nodes",
			"the taints of all node groups of environment test keep its pods away"},
		"tainted nodes":          {[]compute.NodeGroup{tainted}, "compute: nodes", "keep its pods away"},
		"a taint that prefers":   {[]compute.NodeGroup{tainted, preferred}, "compute: nodes\nresources: {cpu: '15'}\nreplicas: {max: 1}", ""},
		"an unknown, newer type": {[]compute.NodeGroup{group("new", 1, "m9i.large")}, "compute: nodes\nresources: {cpu: '16'}", ""},
		"Fargate":                {[]compute.NodeGroup{general}, "resources: {cpu: '16'}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := environmentWith(func(cfg *config.Config) { cfg.Compute.NodeGroups = c.groups })
			err := Joined(checkModel(cfg, made(t, "churn", c.rest)))
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestStoringModelsKeepOffTheRolesOfAddons refuses a model whose role would have the name of an add-on's.
func TestStoringModelsKeepOffTheRolesOfAddons(t *testing.T) {
	cfg := environmentWith(func(cfg *config.Config) {
		cfg.ModelStore.Enabled = true
		cfg.Compute.NodeGroups = []compute.NodeGroup{compute.DefaultNodeGroup()}
		cfg.Compute.NodeGroups[0].DesiredSize = 1
	})
	require.Equal(t, []string{"controller", "autoscaler", "vpc-cni", "aws-ebs-csi-driver"}, Roles(cfg))
	for _, name := range Roles(cfg) {
		require.ErrorContains(t, Joined(checkModel(cfg, made(t, name, "storage: read"))), "model "+name+
			`: storage is "read", but the role of an add-on of `+
			`environment test has the name that the model's would have; rename the model, or use "none"`)
		require.NoError(t, Joined(checkModel(cfg, made(t, name, ""))), "it has no role")
	}
	require.NoError(t, Joined(checkModel(cfg, made(t, "churn", "storage: read"))))
	cfg.Compute.ClusterAutoscaler = false
	require.NoError(t, Joined(checkModel(cfg, made(t, "autoscaler", "storage: read"))), "the add-on is not there")
}
