package model_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/model"
)

// byFiles is churn with files in place of its image.
func byFiles() modelspec.Model {
	spec := churn()
	spec.Image, spec.Files = "", modelspec.Files{Format: "sklearn", URI: "s3://acme-models/churn/3/", Digest: "sha256:" +
		strings.Repeat("0a", 32)}
	return spec
}

func filesWithCanary(weight int) modelspec.Model {
	spec := byFiles()
	spec.Canary = modelspec.Canary{
		Files:  modelspec.CanaryFiles{URI: "s3://acme-models/churn/4/", Digest: "sha256:" + strings.Repeat("0b", 32)},
		Weight: weight, Env: map[string]string{"THREADS": "2"},
	}
	return spec
}

func runFiles(t recorder.TB, spec modelspec.Model) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		described := args(spec)
		if err := standIn(ctx, described, 1, 1, 2); err != nil {
			return err
		}
		described.RoleArn = pulumi.String("arn:aws:iam::123456789012:role/churn")
		if spec.Storage != modelspec.StorageNone {
			described.StoreUri = pulumi.String("s3://models/churn/").ToStringOutput()
		}
		var err error
		if described.KServe, err = recorder.StandIns(ctx, "KServe", 2); err != nil {
			return err
		}
		_, err = model.NewModel(ctx, "churn", described)
		return err
	})
}

func TestFilesGolden(t *testing.T) {
	spec := filesWithCanary(10)
	spec.Storage, spec.Secrets = modelspec.StorageRead, map[string]string{"TOKEN": "churn/token"}
	recording := runFiles(t, spec)
	for name, typ := range map[string]string{
		"churn-inference-service": kserve.Type, "churn-canary-inference-service": kserve.Type, "churn-ingress": ingressType,
		"churn-canary-autoscaler": autoscalerType, "churn-network-policy": policyType,
	} {
		recorder.GoldenJSON(t, filepath.Join("testdata", "files-"+name+".golden.json"), recording.Find(t, typ, name).Inputs.Mappable())
	}
	component := recording.Find(t, model.Token, "churn")
	require.Nil(t, component.Input("image"))
	require.Equal(t, []any{"sklearn", "s3://acme-models/churn/3/", spec.Files.Digest, "s3://acme-models/churn/4/", spec.Canary.Files.Digest,
		10.0}, []any{
		component.Input("format"), component.Input("uri"), component.Input("digest"), component.Input("canaryUri"),
		component.Input("canaryDigest"), component.Input("canaryWeight"),
	})
}

// What KServe makes is not registered here, and what it would not make is.
func TestFilesHaveNoDeploymentOfTheirOwn(t *testing.T) {
	recording := runFiles(t, byFiles())
	require.Empty(t, recording.OfType(deploymentType))
	require.Empty(t, recording.OfType(serviceType))
	var names []string
	for _, child := range recording.Children(recording.Find(t, model.Token, "churn").URN) {
		names = append(names, child.Name)
	}
	require.ElementsMatch(t, []string{"churn-account", "churn-network-policy", "churn-inference-service", "churn-autoscaler", "churn-budget",
		"churn-ingress"}, names)
}

func TestInferenceServicesDependOnKServeAndTheirRole(t *testing.T) {
	recording := runFiles(t, filesWithCanary(0))
	for _, service := range recording.OfType(kserve.Type) {
		for _, kind := range []string{"KServe", "Role", "Capacity"} {
			needs := recording.OfType("test:index:" + kind)
			require.NotEmpty(t, needs)
			for _, need := range needs {
				require.True(t, service.DependsDirectly(need.URN), "%s does not depend on %s", service.Name, need.Name)
			}
		}
		require.True(t, service.DependsDirectly(recording.Find(t, accountType, "churn-account").URN))
		require.True(t, recording.Find(t, ingressType, "churn-ingress").DependsDirectly(service.URN), "the Ingress goes before the pods")
	}
	budget := recording.Find(t, budgetType, "churn-budget").Input("spec.selector.matchLabels").(map[string]any)
	pods := recording.Find(t, kserve.Type, "churn-inference-service").Input("spec.predictor.labels").(map[string]any)
	for key, value := range budget {
		require.Equal(t, value, pods[key])
	}
}

// Nothing of the stable version changes while a canary comes, gets more requests and goes.
func TestCanaryOfFilesLeavesTheStableVersionAlone(t *testing.T) {
	inputs := func(spec modelspec.Model) map[string]any {
		found := map[string]any{}
		recording := runFiles(t, spec)
		for _, object := range recording.Children(recording.Find(t, model.Token, "churn").URN) {
			if object.Type != ingressType {
				found[object.Name] = object.Inputs.Mappable()
			}
		}
		return found
	}
	alone, some := inputs(byFiles()), inputs(filesWithCanary(1))
	for _, weight := range []int{0, 10, 100} {
		both := inputs(filesWithCanary(weight))
		for name, want := range alone {
			require.Equal(t, want, both[name], "%s at weight %d", name, weight)
		}
		require.Len(t, both, len(alone)+3, "InferenceService, autoscaler and budget of the canary")
		require.Equal(t, some["churn-canary-inference-service"], both["churn-canary-inference-service"], "weights are the load balancer's alone")
	}
}

func TestFilesNeedKServe(t *testing.T) {
	_, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := model.NewModel(ctx, "churn", args(byFiles()))
		return err
	})
	require.ErrorContains(t, err, "KServe is required: without it a destroy would hang on the InferenceService")
}
