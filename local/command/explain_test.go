package command

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/testcluster"
)

// definition is that of a kind in the cluster, whose objects may say anything.
func definition(group, version, kind string) string {
	plural := strings.ToLower(kind) + "s"
	return fmt.Sprintf(`{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: %[1]s.%[2]s},
		spec: {group: %[2]s, scope: Namespaced, names: {kind: %[4]s, plural: %[1]s, singular: %[5]s, listKind: %[4]sList},
		versions: [{name: %[3]s, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]}}`,
		plural, group, version, kind, strings.ToLower(kind))
}

// TestExplainsWhatWaitsForItsFinalizer deletes an Ingress, an InferenceService and a ScaledObject, which wait for controllers that are not
// there.
func TestExplainsWhatWaitsForItsFinalizer(t *testing.T) {
	_, config := testcluster.Start(t, func(string) string { return "" })
	apply, client := testcluster.NewApplier(t, config), kubernetes.NewForConfigOrDie(config)
	for _, k := range keepers() {
		require.Empty(t, k.stuck(t.Context(), client), "there is no %s, and no such kind where KServe is not installed", k.kind)
	}
	object := func(text string) *unstructured.Unstructured {
		parsed := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(text), &parsed.Object))
		return parsed
	}
	require.NoError(t, apply.Apply(t, object(definition("serving.kserve.io", "v1beta1", "InferenceService"))))
	require.NoError(t, apply.Apply(t, object(definition("keda.sh", "v1alpha1", "ScaledObject"))))
	for _, text := range []string{
		`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: churn, namespace: default, finalizers: [ingress.k8s.aws/resources]},
			spec: {defaultBackend: {service: {name: churn, port: {number: 80}}}}}`,
		`{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: churn, namespace: default,
			finalizers: [inferenceservice.finalizers]}}`,
		`{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: kept, namespace: default,
			finalizers: [inferenceservice.finalizers]}}`,
		`{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: churn, namespace: default, finalizers: [finalizer.keda.sh]}}`,
	} {
		var err error
		require.Eventually(t, func() bool { err = apply.Apply(t, object(text)); return err == nil }, time.Minute, 100*time.Millisecond, "%v", err)
		if made := object(text); made.GetName() == "churn" {
			require.NoError(t, apply.At(t, made).Delete(t.Context(), "churn", metav1.DeleteOptions{}))
		}
	}
	for kind, says := range map[string][]string{
		"Ingress": {"Ingress default/churn has been waiting for ", " s for the controller to remove its finalizer ingress.k8s.aws/resources",
			"The controller's Deployment kube-system/aws-load-balancer-controller: "},
		"InferenceService": {"InferenceService default/churn has been waiting for ", " s for the controller of KServe to remove its finalizer " +
			"inferenceservice.finalizers", "The controller's Deployment kserve/kserve-controller-manager: "},
		"ScaledObject": {"ScaledObject default/churn has been waiting for ", " s for the operator of KEDA to remove its finalizer finalizer.keda.sh",
			"The controller's Deployment keda/keda-operator: "},
	} {
		named := 0
		for _, k := range keepers() {
			if k.kind == kind {
				named++
				lines := k.stuck(t.Context(), client)
				require.Len(t, lines, 1, "one that is not being deleted waits for nothing")
				text := strings.Join(append(lines, k.state(t.Context(), client)), "\n")
				for _, part := range append(says, "not found. Install it again (`modelway up`), then destroy") {
					require.Contains(t, text, part)
				}
			}
		}
		require.Equal(t, 1, named, kind)
	}
}
