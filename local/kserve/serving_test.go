package kserve_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// object is one as the platform registers it.
func object(t *testing.T, apiVersion, kind, namespace, name string, spec map[string]any) *unstructured.Unstructured {
	t.Helper()
	content := parse(t, "{apiVersion: "+apiVersion+", kind: "+kind+", metadata: {name: "+name+"}}")
	if namespace != "" {
		content.SetNamespace(namespace)
	}
	content.Object["spec"] = spec
	return content
}

// completed wants what the platform adds to KServe to be taken, and a model of its own format to run by it: with the platform's storage
// initializer, which is told the digest, and the platform's server, in a pod that restricted pod security admits.
func (s *stand) completed(t *testing.T) {
	initializer := addons.Mirror(addons.StorageInitializer().String(), mirror)
	require.NoError(t, s.Apply(t, object(t, kserve.RuntimeVersion, "ClusterStorageContainer", "", kserve.StorageContainer,
		serving.StorageContainer(initializer, "us-east-1"))))
	for _, runtime := range serving.Runtimes(mirror) {
		require.NoError(t, s.Apply(t, object(t, kserve.RuntimeVersion, "ClusterServingRuntime", "", runtime.Name, runtime.Spec)))
	}
	require.NoError(t, s.Apply(t, parse(t, `{apiVersion: v1, kind: ServiceAccount, metadata: {name: own, namespace: models}}`)))
	m := modelspec.Default()
	m.Name, m.Compute = "own", modelspec.ComputeFargate
	m.Files = modelspec.Files{Format: "modelway", URI: "s3://models/own/1/", Digest: "sha256:" + strings.Repeat("0a", 32)}
	version := serving.Versions(m)[0]
	described := serving.NewInferenceService(version, nil)
	service := object(t, kserve.ApiVersion, kserve.Kind, "models", version.Name, described.Spec)
	service.SetLabels(described.Labels)
	service.SetAnnotations(described.Annotations)
	require.NoError(t, s.Apply(t, service))

	pod := s.pod(t, "own")
	require.Len(t, pod.Spec.InitContainers, 1)
	downloads := pod.Spec.InitContainers[0]
	require.Equal(t, initializer, downloads.Image)
	require.Equal(t, []string{"s3://models/own/1/", "/mnt/models"}, downloads.Args)
	digest := ""
	for _, variable := range downloads.Env {
		if variable.Name == "ARTIFACT_DIGEST" {
			digest = variable.ValueFrom.FieldRef.FieldPath
		}
	}
	require.Equal(t, "metadata.annotations['"+kserve.DigestAnnotation+"']", digest)
	require.Equal(t, m.Files.Digest, pod.Annotations[kserve.DigestAnnotation])
	require.Equal(t, addons.Mirror(addons.SampleServer().String(), mirror), pod.Spec.Containers[0].Image)
	require.Equal(t, []string{"--model-dir=/mnt/models", "--port=8080"}, pod.Spec.Containers[0].Args)
	require.Len(t, pod.Spec.Containers[0].Ports, 1, "the model's port is the runtime's")
}

// replicated wants the patch of the platform to give the controller the row's number of pods, whoever owns the number.
func (s *stand) replicated(t *testing.T) {
	pods := addons.KServe().Workloads[0]
	patch := `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ` + kserve.Controller + `}, spec: {replicas: 2}}`
	force := true
	patched, err := s.AppsV1().Deployments(kserve.Namespace).
		Patch(t.Context(), kserve.Controller, types.ApplyPatchType, []byte(patch), metav1.PatchOptions{FieldManager: "pulumi-kubernetes",
			Force: &force})
	require.NoError(t, err)
	require.EqualValues(t, pods.Replicas, *patched.Spec.Replicas)
	require.Len(t, patched.Spec.Template.Spec.Containers, 2, "the rest stays")
	for key, value := range pods.Selector() {
		require.Equal(t, value, patched.Spec.Template.Labels[key], "the budget and Fargate find the pods by it")
	}
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		found, err := s.CoreV1().Pods(kserve.Namespace).List(context.Background(), metav1.ListOptions{LabelSelector: "control-plane=" +
			kserve.Controller})
		assert.NoError(c, err)
		assert.Len(c, found.Items, pods.Replicas)
	}, time.Minute, 50*time.Millisecond)
}
