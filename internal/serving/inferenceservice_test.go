package serving

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
)

// filed is a model with files of a format, and a canary.
func filed(format string) modelspec.Model {
	m := modelspec.Default()
	m.Name, m.Files = "churn", modelspec.Files{Format: format, URI: "s3://models/churn/3/", Digest: "sha256:" + strings.Repeat("0a", 32)}
	m.Canary = modelspec.Canary{Files: modelspec.CanaryFiles{URI: "s3://models/churn/4/", Digest: "sha256:" + strings.Repeat("0b", 32)}}
	m.Env = map[string]string{modelspec.EnvModelName: "churn"}
	return m
}

func model(v Version) map[string]any {
	return NewInferenceService(v, nil).Spec["predictor"].(map[string]any)["model"].(map[string]any)
}

func TestFilesAreServedUnderKServesNames(t *testing.T) {
	versions := Versions(filed("sklearn"))
	require.Equal(t, []string{"churn", "churn-canary"}, []string{versions[0].Name, versions[1].Name})
	require.Equal(t, []string{"churn-predictor", "churn-canary-predictor"}, []string{versions[0].ServiceName(), versions[1].DeploymentName()})
	for _, v := range versions {
		require.Equal(t, v.Name, kserve.Service(v.DeploymentName()))
		require.LessOrEqual(t, len("isvc."+strings.Repeat("a", modelspec.MaxNameLength)+strings.TrimPrefix(v.ServiceName(), "churn")), 63,
			"KServe's label app")
	}
	services := Services(filed("sklearn"), "models")
	require.Equal(t, "8080", services[0].Ports[0].TargetPort)
	image := modelspec.Default()
	image.Name, image.Image = "churn", "acme/churn:1"
	require.Equal(t, "churn", StableVersion(image).ServiceName())
	require.Equal(t, PortName, Services(image, "models")[0].Ports[0].TargetPort)
}

// The runtime serves a model under the name of its InferenceService, which for a canary is not the model's.
func TestACanaryServesUnderTheNameOfTheModel(t *testing.T) {
	for _, format := range kserve.Formats {
		versions := Versions(filed(format.Name))
		require.NotContains(t, model(versions[0]), "args", format.Name)
		if format.NameFlag == "" {
			require.NotContains(t, model(versions[1]), "args", format.Name)
		} else {
			require.Equal(t, []any{"--model_name=churn"}, model(versions[1])["args"], format.Name)
		}
		for _, v := range versions {
			require.Contains(t, model(v)["env"], map[string]any{"name": "MODEL_NAME", "value": "churn"}, format.Name)
			require.Equal(t, format.Runtime, model(v)["runtime"])
		}
	}
}

// KServe copies annotations and labels of the object to its pods, so that they say nothing of a version.
func TestAnnotationsAreTheSameForEveryVersion(t *testing.T) {
	one, other := filed("sklearn"), filed("sklearn")
	other.Files.URI, other.Files.Digest, other.Canary.Weight = "s3://models/churn/9/", "sha256:"+strings.Repeat("0c", 32), 50
	a, b := NewInferenceService(StableVersion(one), nil), NewInferenceService(StableVersion(other), nil)
	require.Equal(t, a.Annotations, b.Annotations)
	require.Equal(t, a.Labels, b.Labels)
	require.Equal(t, map[string]string{"serving.kserve.io/deploymentMode": "Standard", "serving.kserve.io/autoscalerClass": "external"},
		a.Annotations)
	digest := func(s InferenceService) any { return s.Spec["predictor"].(map[string]any)["annotations"] }
	require.Equal(t, map[string]any{"modelway.dev/artifact-digest": one.Files.Digest}, digest(a))
	require.NotEqual(t, digest(a), digest(b))
}

// The container that downloads asks for what the sizes of pods are reckoned with, and takes the digest from its pod.
func TestStorageContainer(t *testing.T) {
	spec := StorageContainer("ghcr.io/modelway/storage-initializer:1", "eu-west-1")
	container := spec["container"].(map[string]any)
	require.Equal(t, kserve.Initializer, container["name"])
	require.Equal(t, map[string]any{"cpu": kserve.InitializerCPU, "memory": kserve.InitializerMemory},
		container["resources"].(map[string]any)["requests"])
	require.Contains(t, container["env"], map[string]any{"name": "AWS_REGION", "value": "eu-west-1"})
	require.Contains(t, container["env"], map[string]any{"name": "ARTIFACT_DIGEST", "valueFrom": map[string]any{"fieldRef": map[string]any{
		"fieldPath": "metadata.annotations['modelway.dev/artifact-digest']",
	}}})
	require.Equal(t, "initContainer", spec["workloadType"])
}
