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
