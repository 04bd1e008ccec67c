package model_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/model"
)

func withCanary(weight int) modelspec.Model {
	spec := churn()
	spec.Canary = modelspec.Canary{
		Image: "ghcr.io/modelway/model-server:0.2.0", Weight: weight, Testers: modelspec.Testers{Header: "X-Canary", Value: "always"},
		Env: map[string]string{"MODEL_NAME": "churn", "THREADS": "2"},
	}
	return spec
}

func TestCanaryGolden(t *testing.T) {
	recording := run(t, args(withCanary(10)), 1, 0)
	recorder.GoldenJSON(t, filepath.Join("testdata", "canary-ingress.golden.json"), recording.Find(t, ingressType,
		"churn-ingress").Inputs.Mappable())
	recorder.GoldenJSON(t, filepath.Join("testdata", "canary-deployment.golden.json"), recording.Find(t, deploymentType,
		"churn-canary-deployment").Inputs.Mappable())
}

// Nothing of the stable version changes while a canary comes, gets more requests and goes.
func TestCanaryLeavesTheStableVersionAlone(t *testing.T) {
	inputs := func(spec modelspec.Model) map[string]any {
		found := map[string]any{}
		recording := run(t, args(spec), 1, 0)
		for _, object := range recording.Children(recording.Find(t, model.Token, "churn").URN) {
			if object.Type != ingressType {
				found[object.Name] = object.Inputs.Mappable()
			}
		}
		return found
	}
	alone := inputs(churn())
	for _, weight := range []int{0, 10, 100} {
		both := inputs(withCanary(weight))
		for name, want := range alone {
			require.Equal(t, want, both[name], "%s at weight %d", name, weight)
		}
		require.Len(t, both, len(alone)+4, "Deployment, Service, autoscaler and budget of the canary")
	}
}

func TestCanaryPodsAreNotStablePods(t *testing.T) {
	recording := run(t, args(withCanary(10)), 1, 0)
	labels := recording.Find(t, deploymentType, "churn-canary-deployment").Input("spec.template.metadata.labels").(map[string]any)
	selector := recording.Find(t, serviceType, "churn-service").Input("spec.selector").(map[string]any)
	matches := true
	for key, value := range selector {
		matches = matches && labels[key] == value
	}
	require.False(t, matches, "the stable Service would send requests to the canary")
}

// The canary starts with its share of the replicas, and can grow to all.
func TestCanaryReplicas(t *testing.T) {
	for weight, least := range map[int]float64{0: 1, 10: 1, 50: 1, 51: 2, 100: 2} {
		autoscaler := run(t, args(withCanary(weight)), 1, 0).Find(t, autoscalerType, "churn-canary-autoscaler")
		require.Equal(t, least, autoscaler.Input("spec.minReplicas"), weight)
		require.Equal(t, 5.0, autoscaler.Input("spec.maxReplicas"), weight)
	}
}

func TestScalingMetrics(t *testing.T) {
	metric := func(scaling modelspec.Scaling) map[string]any {
		spec := churn()
		spec.Scaling = scaling
		described := args(spec)
		described.RequestMetric = "model_requests_per_second"
		metrics := run(t, described, 1, 0).Find(t, autoscalerType, "churn-autoscaler").Input("spec.metrics").([]any)
		require.Len(t, metrics, 1)
		return metrics[0].(map[string]any)
	}
	require.Equal(t, map[string]any{"type": "Resource", "resource": map[string]any{
		"name": "memory", "target": map[string]any{"type": "Utilization", "averageUtilization": 80.0},
	}}, metric(modelspec.Scaling{Metric: "memory", Target: 80}))
	require.Equal(t, map[string]any{"type": "Pods", "pods": map[string]any{
		"metric": map[string]any{"name": "model_requests_per_second"}, "target": map[string]any{"type": "AverageValue", "averageValue": "40"},
	}}, metric(modelspec.Scaling{Metric: "requests", Target: 40}))
}

func TestGPU(t *testing.T) {
	spec := churn()
	spec.Compute, spec.Resources.GPU = modelspec.ComputeGPU, 2
	deployment := run(t, args(spec), 1, 0).Find(t, deploymentType, "churn-deployment")
	require.Equal(t, "2", deployment.Input(`spec.template.spec.containers[0].resources.limits["nvidia.com/gpu"]`))
	require.Equal(t, []any{map[string]any{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}},
		deployment.Input("spec.template.spec.tolerations"))
}

func TestSecretsAreReferences(t *testing.T) {
	spec := churn()
	spec.Secrets = map[string]string{"TOKEN": "churn-api/token"}
	env := run(t, args(spec), 1, 0).Find(t, deploymentType, "churn-deployment").Input("spec.template.spec.containers[0].env").([]any)
	require.Contains(t, env, map[string]any{"name": "TOKEN", "valueFrom": map[string]any{"secretKeyRef": map[string]any{"name": "churn-api",
		"key": "token"}}})
}

func TestServiceAccountTokenIsAskedFor(t *testing.T) {
	spec := churn()
	spec.ServiceAccountToken = true
	recording := run(t, args(spec), 1, 0)
	require.Equal(t, true, recording.Find(t, accountType, "churn-account").Input("automountServiceAccountToken"))
	require.Equal(t, true, recording.Find(t, deploymentType, "churn-deployment").Input("spec.template.spec.automountServiceAccountToken"))
}

func TestModelWithoutLoadBalancer(t *testing.T) {
	spec := churn()
	spec.Route.Exposure, spec.Route.Namespaces = modelspec.ExposureNone, []string{"checkout"}
	recording := run(t, args(spec), 1, 0)
	require.Empty(t, recording.OfType(ingressType))
	recorder.GoldenJSON(t, filepath.Join("testdata", "unexposed-network-policy.golden.json"), recording.Find(t, policyType,
		"churn-network-policy").Inputs.Mappable())
}

func TestNetworkPolicyOfAModelThatCallsOut(t *testing.T) {
	spec := churn()
	spec.Storage, spec.Egress = modelspec.StorageRead, []string{"10.8.0.0/16:6379"}
	recording := run(t, args(spec), 1, 0)
	recorder.GoldenJSON(t, filepath.Join("testdata", "egress-network-policy.golden.json"), recording.Find(t, policyType,
		"churn-network-policy").Inputs.Mappable())
}
