package plan

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
)

func anEnvironment(t *testing.T, cidr string) (config.Config, []modelspec.Model) {
	t.Helper()
	cfg := config.Defaults("test", "us-east-1")
	cfg.Cluster.Name = "modelway-test"
	cfg.Network.Cidr = cidr
	cfg.LoadBalancers = map[string]config.LoadBalancer{"public": {Domain: "company.com", Scheme: serving.SchemeInternetFacing}}
	models, err := modelspec.Load(os.DirFS("../.."), cfg.Models.Directory, nil)
	require.NoError(t, err)
	return cfg, models
}

// planned is the plan of a new environment, whatever is wrong with it.
func planned(cfg config.Config, models []modelspec.Model) Plan {
	p, _ := New(cfg, models, Previous{})
	return p
}

func TestAddressesOfASmallVpc(t *testing.T) {
	cfg, models := anEnvironment(t, "10.0.0.0/16")
	require.NoError(t, checkAddresses(cfg, planned(cfg, models), models))

	cfg.Network.Cidr = "10.0.0.0/20"
	models[0].Replicas.Max = 5000
	err := checkAddresses(cfg, planned(cfg, models), models)
	require.Error(t, err)
	for _, part := range []string{"models on Fargate", "the control plane", "the cluster's own services", "modelway:network.cidr"} {
		require.ErrorContains(t, err, part)
	}

	cfg.Network.Existing.VpcId = "vpc-0123456789abcdef0"
	require.NoError(t, checkAddresses(cfg, planned(cfg, models), models), "the subnets of an existing VPC are not known yet")
}

// TestDocumentedArithmetic requires the example in docs/network.md to be what the program says.
func TestDocumentedArithmetic(t *testing.T) {
	cfg, models := anEnvironment(t, "10.0.0.0/20")
	cfg.Compute.NodeGroups = []config.NodeGroup{{Name: "general", MaxSize: 30}}
	err := checkAddresses(cfg, planned(cfg, models), models)
	require.Error(t, err)
	page, fault := os.ReadFile(filepath.Join("..", "..", "docs", "network.md"))
	require.NoError(t, fault)
	require.Contains(t, string(page), "```text\n"+err.Error()+"\n```\n")
}

// TestDemandGrowsWithTheEnvironment requires that nothing added to an environment lowers what it asks for.
func TestDemandGrowsWithTheEnvironment(t *testing.T) {
	cfg, models := anEnvironment(t, "10.0.0.0/16")
	rapid.Check(t, func(t *rapid.T) {
		less, more := cfg, cfg
		group := config.NodeGroup{Name: "base", MaxSize: rapid.IntRange(1, 50).Draw(t, "nodes")}
		if rapid.Bool().Draw(t, "pod subnets") {
			less.Network.PodCidr, more.Network.PodCidr = "100.64.0.0/16", "100.64.0.0/16"
		}
		less.Compute.NodeGroups = []config.NodeGroup{group}
		group.MaxSize += rapid.IntRange(0, 9).Draw(t, "more nodes")
		more.Compute.NodeGroups = []config.NodeGroup{group}
		larger := append([]modelspec.Model(nil), models...)
		for i := range larger {
			larger[i].Replicas.Max += rapid.IntRange(0, 40).Draw(t, "more replicas")
		}
		if rapid.Bool().Draw(t, "an internal load balancer") {
			more.LoadBalancers = map[string]config.LoadBalancer{"public": cfg.LoadBalancers["public"], "internal": {Domain: "internal.company.com",
				Scheme: serving.SchemeInternal}}
		}
		few, many := total(Demand(less, planned(less, models), models)), total(Demand(more, planned(more, larger), larger))
		for _, kind := range []string{network.Public, network.Private, network.Pod} {
			require.LessOrEqual(t, few[kind], many[kind], kind)
		}
		require.Equal(t, less.Network.PodCidr != "", few[network.Pod] > 0, "pods have the subnets that they were given")
	})
}

func total(all []network.Demand) map[string]int {
	sum := map[string]int{}
	for _, d := range all {
		sum[d.Subnets] += d.Addresses
	}
	return sum
}

func TestStorageNeedsAStore(t *testing.T) {
	m := modelspec.Model{Name: "churn", Storage: modelspec.StorageRead}
	require.EqualError(t, checkStorage(config.Config{Environment: "dev"}, m),
		`model churn: storage is "read", but environment dev has no model store; set modelway:modelStore.enabled to true, or use "none"`)
	require.NoError(t, checkStorage(config.Config{ModelStore: config.ModelStore{Enabled: true}}, m))
	m.Storage = modelspec.StorageNone
	require.NoError(t, checkStorage(config.Config{}, m))
}
