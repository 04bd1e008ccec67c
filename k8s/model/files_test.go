package model_test

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/lineage"
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

// from is where a version of a number comes from.
func from(version string) modelspec.Source {
	return modelspec.Source{Registry: "https://mlflow.company.com", Name: "churn", Version: version, Run: strings.Repeat("0"+version, 16),
		Commit: strings.Repeat("0b", 20), Digest: "sha256:" + strings.Repeat("0a", 32)}
}

// Each version carries where it comes from, on its pods and in what its server answers; the Ingress of both carries both. A version that
// says nothing of it is what it was.
func TestVersionsCarryTheirLineage(t *testing.T) {
	carried := func(object *recorder.Resource, labels, env string) (number any, text string) {
		t.Helper()
		on := object.Input(labels).(map[string]any)
		for _, variable := range object.Input(env).([]any) {
			if v := variable.(map[string]any); v["name"] == modelspec.EnvLineage {
				text = v["value"].(string)
			}
		}
		return on[lineage.Version], text
	}
	files, image := filesWithCanary(10), churn()
	files.Source, files.Canary.Source, image.Source = from("3"), from("4"), from("3")
	recording := runFiles(t, files)
	for name, version := range map[string]string{"churn-inference-service": "3", "churn-canary-inference-service": "4"} {
		service := recording.Find(t, kserve.Type, name)
		number, text := carried(service, "spec.predictor.labels", "spec.predictor.model.env")
		require.Equal(t, []any{version, lineage.Text(from(version))}, []any{number, text})
		require.NotContains(t, service.Input("metadata.labels"), lineage.Version, "KServe would copy it to pods")
		require.NotContains(t, service.Input("metadata.annotations"), lineage.Annotation, "likewise")
	}
	annotations := recording.Find(t, ingressType, "churn-ingress").Input("metadata.annotations").(map[string]any)
	require.Equal(t, []any{lineage.Text(from("3")), lineage.Text(from("4"))},
		[]any{annotations[lineage.Annotation], annotations[lineage.CanaryAnnotation]})

	deployment := run(t, args(image), 1, 0).Find(t, deploymentType, "churn-deployment")
	number, text := carried(deployment, "spec.template.metadata.labels", "spec.template.spec.containers[0].env")
	require.Equal(t, []any{"3", lineage.Text(from("3"))}, []any{number, text})
	require.NotContains(t, deployment.Input("spec.selector.matchLabels"), lineage.Version, "a selector cannot change")

	image.Env[modelspec.EnvLineage] = ""
	_, text = carried(run(t, args(image), 1, 0).Find(t, deploymentType, "churn-deployment"), "spec.template.metadata.labels",
		"spec.template.spec.containers[0].env")
	require.Empty(t, text, "a model whose answers shall not tell")
}

// A source that changes changes pods, which are replaced one after the other, and an annotation that no load balancer reads.
func TestAnotherSourceReplacesPodsOnly(t *testing.T) {
	inputs := func(version string) map[string]map[string]any {
		spec := filesWithCanary(10)
		spec.Source = from(version)
		found := map[string]map[string]any{}
		recording := runFiles(t, spec)
		for _, object := range recording.Children(recording.Find(t, model.Token, "churn").URN) {
			found[object.Name] = object.Inputs.Mappable()
		}
		return found
	}
	three, four := inputs("3"), inputs("4")
	var changed []string
	for name := range three {
		if !reflect.DeepEqual(three[name], four[name]) {
			changed = append(changed, name)
		}
	}
	require.ElementsMatch(t, []string{"churn-inference-service", "churn-ingress"}, changed)
	for _, one := range []map[string]map[string]any{three, four} {
		delete(one["churn-ingress"]["metadata"].(map[string]any)["annotations"].(map[string]any), lineage.Annotation)
	}
	require.Equal(t, three["churn-ingress"], four["churn-ingress"])
}
