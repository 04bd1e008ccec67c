package kserve_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/addons"
)

const model = `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: iris, namespace: models},
  spec: {predictor: {model: {modelFormat: {name: sklearn}, protocolVersion: v1, storageUri: "s3://models/iris/1/"}}}}`

// TestModelByItsFiles has a model of files admitted by KServe's webhooks and reconciled by its controller, in a namespace under restricted
// pod security.
func TestModelByItsFiles(t *testing.T) {
	s := start(t)
	t.Run("images come from the mirror", s.mirrored)
	t.Run("controllers under restricted pod security", s.controllersAdmitted)
	t.Run("admitted and reconciled", s.reconciled)
	t.Run("completed by the platform", s.completed)
	t.Run("two controllers", s.replicated)
	t.Run("refused by the validator", s.refused)
	t.Run("a runtime that is not there", s.missing)
	t.Run("text that KServe takes for a template", s.templated)
	t.Run("refused by pod security", s.insecure)
	t.Run("rights of the chart only", s.limited)
	t.Run("a role that lacks a verb", s.lacking)
	t.Run("nobody answers", s.unanswered)
	t.Run("deletion without a controller", s.stuck)
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	require.NoError(t, yaml.Unmarshal([]byte(text), &object.Object), text)
	return object
}

// mirrored wants no image of any chart to come from elsewhere, those in the ConfigMap of the controller and in runtimes in use among them.
func (s *stand) mirrored(t *testing.T) {
	var foreign []string
	for _, object := range s.rendered {
		disabled, _, _ := unstructured.NestedBool(object.Object, "spec", "disabled")
		if disabled {
			continue
		}
		unstructured.RemoveNestedField(object.Object, "data", "_example")
		text, err := yaml.Marshal(object.Object)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if strings.Contains(strings.ToLower(line), "image") && strings.Contains(line, "/") && !strings.Contains(line, "mirror.example.com/") {
				foreign = append(foreign, object.GetKind()+" "+object.GetName()+": "+strings.TrimSpace(line))
			}
		}
	}
	require.Empty(t, foreign)
}

// controllersAdmitted wants every pod of the charts, in namespaces under restricted pod security: those of the rows and that of the job
// which checks cert-manager. KServe's chart has no number of pods.
func (s *stand) controllersAdmitted(t *testing.T) {
	check := 1
	for _, w := range addons.CertManager().Workloads {
		check += w.Replicas
	}
	for namespace, want := range map[string]int{"cert-manager": check, "kserve": 1} {
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			pods, err := s.CoreV1().Pods(namespace).List(context.Background(), metav1.ListOptions{})
			assert.NoError(c, err)
			assert.Len(c, pods.Items, want, "pods in %s", namespace)
		}, time.Minute, 50*time.Millisecond)
	}
}

// reconciled wants the objects of a model: a Deployment and a Service of the known names, and a pod that downloads the files first.
func (s *stand) reconciled(t *testing.T) {
	require.NoError(t, s.Apply(t, parse(t, model)))
	var deployment *appsv1.Deployment
	require.Eventually(t, func() bool {
		var err error
		deployment, err = s.AppsV1().Deployments("models").Get(context.Background(), "iris-predictor", metav1.GetOptions{})
		return err == nil
	}, time.Minute, 50*time.Millisecond, "the controller makes the Deployment iris-predictor")
	require.Equal(t, "isvc.iris-predictor", deployment.Spec.Selector.MatchLabels["app"])
	service, err := s.CoreV1().Services("models").Get(t.Context(), "iris-predictor", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, "isvc.iris-predictor", service.Spec.Selector["app"])
	pod := s.pod(t, "iris")
	require.Len(t, pod.Spec.InitContainers, 1, "the pod mutator adds the storage initializer")
	initializer := pod.Spec.InitContainers[0]
	require.Equal(t, "storage-initializer", initializer.Name)
	require.Equal(t, "mirror.example.com/kserve/storage-initializer:v0.20.0", initializer.Image)
	require.Equal(t, []string{"s3://models/iris/1/", "/mnt/models"}, initializer.Args)
	require.Equal(t, "mirror.example.com/kserve/sklearnserver:v0.20.0", pod.Spec.Containers[0].Image)
	ingresses, err := s.NetworkingV1().Ingresses("").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, ingresses.Items, "the controller makes no Ingress of its own")
}

// pod waits for a pod of a model.
func (s *stand) pod(t *testing.T, name string) corev1.Pod {
	t.Helper()
	var found corev1.Pod
	require.Eventually(t, func() bool {
		pods, err := s.CoreV1().
			Pods("models").
			List(context.Background(), metav1.ListOptions{LabelSelector: "serving.kserve.io/inferenceservice=" + name})
		if err != nil || len(pods.Items) == 0 {
			return false
		}
		found = pods.Items[0]
		return true
	}, time.Minute, 50*time.Millisecond, "a pod of %s is admitted", name)
	return found
}

// events are what was said in the namespace of models.
func (s *stand) events() string {
	list, err := s.CoreV1().Events("models").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err.Error()
	}
	var lines []string
	for _, event := range list.Items {
		lines = append(lines, event.InvolvedObject.Kind+" "+event.InvolvedObject.Name+": "+event.Message)
	}
	return strings.Join(slices.Compact(lines), "\n")
}

// refused wants the validator's own words for what it does not take.
func (s *stand) refused(t *testing.T) {
	changed := strings.NewReplacer
	for want, change := range map[string]*strings.Replacer{
		"update rejected: deploymentMode cannot be changed from 'Standard' to 'Knative'": changed("namespace: models", "namespace: models, "+
			"annotations: {serving.kserve.io/deploymentMode: Knative}"),
		`the InferenceService "1iris" is invalid`: changed("name: iris", "name: 1iris"),
		"'MinReplicas' cannot be greater than MaxReplicas": changed("name: iris", "name: more", "{predictor: {",
			"{predictor: {minReplicas: 3, maxReplicas: 2, "),
		"canary[0] predictor.name is required": changed("name: iris", "name: canary", "{predictor: {",
			"{canary: [{predictor: {model: {modelFormat: {name: sklearn}, storageUri: \"s3://models/iris/2/\"}}}], predictor: {"),
	} {
		err := s.Apply(t, parse(t, change.Replace(model)))
		require.Error(t, err, change.Replace(model))
		require.Contains(t, err.Error(), `admission webhook "inferenceservice.kserve-webhook-server.validator" denied the request: `)
		require.Contains(t, err.Error(), want)
	}
}

// missing wants KServe to say which runtime there is not, in the words that a deployment is explained by.
func (s *stand) missing(t *testing.T) {
	require.NoError(t, s.Apply(t, parse(t, strings.NewReplacer("name: iris", "name: gone", "protocolVersion: v1", "runtime: gone").Replace(model))))
	s.tells(t, "InferenceService gone: No ServingRuntimes or ClusterServingRuntimes with the name: gone\n")
}

// templated wants KServe to fail at an environment variable with two braces, which is why model files must not have one.
func (s *stand) templated(t *testing.T) {
	require.NoError(t, s.Apply(t, parse(t, strings.NewReplacer("name: iris", "name: braces", "protocolVersion: v1",
		`env: [{name: PROMPT, value: "Dear {{name}}"}]`).Replace(model))))
	s.tells(t, `InferenceService braces: failed to replace placeholders in serving runtime kserve-sklearnserver Container kserve-container: `+
		`template: container-tmpl:1: function "name" not defined`)
}

// tells waits for an event.
func (s *stand) tells(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(s.events()+"\n", text) }, time.Minute, 50*time.Millisecond, text)
}

// insecure wants a runtime without a security context to be refused by the API server, and to be told of.
func (s *stand) insecure(t *testing.T) {
	require.NoError(
		t,
		s.Apply(t, parse(t, `{apiVersion: serving.kserve.io/v1alpha1, kind: ServingRuntime, metadata: {name: open, namespace: models}, spec: {
	  supportedModelFormats: [{name: sklearn, version: "1"}], containers: [{name: kserve-container, image: example.com/open:1}]}}`)),
	)
	require.NoError(
		t,
		s.Apply(t, parse(t, strings.NewReplacer("name: iris", "name: open", "protocolVersion: v1", "runtime: open").Replace(model))),
	)
	require.Eventually(
		t,
		func() bool { return strings.Contains(s.events(), `violates PodSecurity "restricted:latest"`) },
		time.Minute,
		50*time.Millisecond,
		"the API server refuses the pods",
	)
	// Each attempt has its own event. This model names no storage container, so that KServe takes any: the chart's, which needs nothing of its
	// pod, or the platform's, whose pods say themselves that they are not root.
	require.Eventually(t, func() bool {
		for line := range strings.Lines(s.events()) {
			if strings.Contains(line, `container "kserve-container" must set`) && !strings.Contains(line, "storage-initializer") {
				return true
			}
		}
		return false
	}, time.Minute, 50*time.Millisecond, "the storage initializer is not at fault")
}

// limited wants the controller to have the rights of its chart and no others.
func (s *stand) limited(t *testing.T) {
	_, err := s.asController.CoreV1().Secrets("models").List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsForbidden(err), "got %v", err)
	_, err = s.asController.AppsV1().Deployments("models").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.NotContains(t, s.said(), "is forbidden", "the chart's roles are enough for the controller")
}

// lacking wants the controller to fail at what its role does not allow, and to say so.
func (s *stand) lacking(t *testing.T) {
	roles := s.RbacV1().ClusterRoles()
	role, err := roles.Get(t.Context(), "kserve-manager-role", metav1.GetOptions{})
	require.NoError(t, err)
	for i, rule := range role.Rules {
		if slices.Contains(rule.Resources, "deployments") {
			role.Rules[i].Verbs = slices.DeleteFunc(rule.Verbs, func(verb string) bool { return verb == "create" })
		}
	}
	_, err = roles.Update(t.Context(), role, metav1.UpdateOptions{})
	require.NoError(t, err)
	require.NoError(t, s.Apply(t, parse(t, strings.ReplaceAll(model, "iris", "poor"))))
	require.Eventually(t, func() bool {
		return strings.Contains(s.events(), `InferenceService poor: fails to reconcile predictor: deployments.apps is forbidden: User `+
			`"system:serviceaccount:kserve:kserve-controller-manager" cannot create resource "deployments"`)
	}, time.Minute, 50*time.Millisecond, "the controller may not create a Deployment")
	_, err = s.AppsV1().Deployments("models").Get(t.Context(), "poor-predictor", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "got %v", err)
}

// stuck wants a model to stay when its controller is gone first: its finalizer waits, and the webhook, which nobody serves, refuses to drop
// it.
func (s *stand) stuck(t *testing.T) {
	iris := parse(t, model)
	at := s.At(t, iris)
	require.NoError(t, at.Delete(t.Context(), "iris", metav1.DeleteOptions{}))
	found, err := at.Get(t.Context(), "iris", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"inferenceservice.finalizers"}, found.GetFinalizers())
	_, err = at.Patch(t.Context(), "iris", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	require.ErrorContains(t, err, `failed calling webhook "inferenceservice.kserve-webhook-server.defaulter"`)
}

// unanswered wants models and their pods to be refused while the controller does not run, with a message that says so.
func (s *stand) unanswered(t *testing.T) {
	s.stopController()
	err := s.Apply(t, parse(t, strings.ReplaceAll(model, "iris", "late")))
	require.ErrorContains(t, err, `failed calling webhook "inferenceservice.kserve-webhook-server.defaulter"`)
	require.ErrorContains(t, err, fmt.Sprintf("nothing listens at 127.80.0.1:%d for pod %s", s.webhookPort, controllerPod))
	require.FileExists(t, filepath.Join(s.controllerDir, "controller.log"))
}
