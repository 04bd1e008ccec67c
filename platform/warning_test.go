package platform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// A network policy cannot tell an internal load balancer from pods in the same subnets.
func TestModelsThatEveryPodReachesAreTold(t *testing.T) {
	cfg := config.Config{LoadBalancers: map[string]config.LoadBalancer{"public": {Scheme: config.SchemeInternetFacing}, "internal": {Scheme: config.SchemeInternal}}}
	of := func(name, lb, compute, exposure string) modelspec.Model {
		m := modelspec.Default()
		m.Name, m.Compute, m.Route.LoadBalancer, m.Route.Exposure = name, compute, lb, exposure
		return m
	}
	models := []modelspec.Model{
		of("risk", "internal", modelspec.ComputeGPU, modelspec.ExposureDedicated), of("churn", "internal", modelspec.ComputeNodes, modelspec.ExposureShared),
		of("outside", "public", modelspec.ComputeNodes, modelspec.ExposureShared), of("fargate", "internal", modelspec.ComputeFargate, modelspec.ExposureShared),
		of("inside", "internal", modelspec.ComputeNodes, modelspec.ExposureNone),
	}
	told := openModels(cfg, models)
	require.Len(t, told, 1)
	require.Contains(t, told[0], "every pod of the cluster can reach churn, risk: ")
	require.Contains(t, told[0], "modelway:network.podCidr")
	require.Empty(t, openModels(cfg, models[2:]))
	cfg.Network.PodCidr = "100.64.0.0/16"
	require.Empty(t, openModels(cfg, models))
}

func TestAddressesWarning(t *testing.T) {
	network := func(gateways string, zones int) config.Config {
		return config.Config{Region: "us-east-1", Network: config.Network{NatGateways: gateways, AvailabilityZones: zones}}
	}
	require.Contains(t, addressesWarning(network(config.NatGatewaysPerZone, 3)), "3 NAT gateways need 3 Elastic IP addresses, and AWS gives an account 5 in a region")
	require.Empty(t, addressesWarning(network(config.NatGatewaysPerZone, 2)))
	require.Empty(t, addressesWarning(network(config.NatGatewaysSingle, 6)))
	require.Empty(t, addressesWarning(network(config.NatGatewaysNone, 6)))
	named := network(config.NatGatewaysPerZone, 2)
	named.Network.ZoneNames = []string{"a", "b", "c"}
	require.NotEmpty(t, addressesWarning(named))
	named.Network.Existing.VpcId = "vpc-1"
	require.Empty(t, addressesWarning(named), "its gateways are not ours")
}

func TestNewTypesWarning(t *testing.T) {
	of := func(types ...string) config.Config {
		return config.Config{Compute: config.Compute{NodeGroups: []config.NodeGroup{{InstanceTypes: types}}}}
	}
	require.Empty(t, newTypesWarning(of("m6i.large")))
	require.Contains(t, newTypesWarning(of("m6i.large", "m9i.large", "m9i.large")), "the instance types m9i.large, which may be newer")
}
