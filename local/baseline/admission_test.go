package baseline_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/modelway/modelway/internal/admission"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/local/baseline"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/controlplane"
)

// guarded is a namespace of models of its own, for which the policies of the program are in force.
const guarded = "models"

// writer creates, updates and deletes objects, as somebody.
type writer struct {
	t      *testing.T
	plane  *controlplane.ControlPlane
	client dynamic.Interface
}

func as(t *testing.T, plane *controlplane.ControlPlane, user string, groups ...string) writer {
	connection, err := clientcmd.BuildConfigFromFlags("", plane.Kubeconfig)
	require.NoError(t, err)
	connection.QPS = -1
	if user != "" {
		connection.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: groups}
	}
	client, err := dynamic.NewForConfig(connection)
	require.NoError(t, err)
	return writer{t, plane, client}
}

var plurals = map[string]string{
	"Namespace": "namespaces", "Ingress": "ingresses", "Service": "services", "TargetGroupBinding": "targetgroupbindings", "Role": "roles",
	"RoleBinding": "rolebindings", "ServiceAccount": "serviceaccounts", "Secret": "secrets", "Pod": "pods",
	"SubjectAccessReview":       "subjectaccessreviews",
	"ValidatingAdmissionPolicy": "validatingadmissionpolicies", "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
	"CustomResourceDefinition": "customresourcedefinitions", kserve.Kind: kserve.Plural,
}

func (w writer) of(o *unstructured.Unstructured) dynamic.ResourceInterface {
	w.t.Helper()
	plural := plurals[o.GetKind()]
	require.NotEmpty(w.t, plural, o.GetKind())
	return w.client.Resource(o.GroupVersionKind().GroupVersion().WithResource(plural)).Namespace(o.GetNamespace())
}

func (w writer) keep(o *unstructured.Unstructured) {
	w.t.Helper()
	_, err := w.of(o).Create(w.t.Context(), o, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	if !apierrors.IsAlreadyExists(err) {
		require.NoError(w.t, err)
	}
}

// try creates an object, as a dry run.
func (w writer) try(o *unstructured.Unstructured) error {
	_, err := w.of(o).Create(w.t.Context(), o, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll},
		FieldValidation: metav1.FieldValidationStrict})
	return err
}

func (w writer) refused(t *testing.T, o *unstructured.Unstructured, reason string) {
	t.Helper()
	require.ErrorContains(t, w.try(o), reason)
}

func (w writer) patch(o *unstructured.Unstructured, patch string) error {
	_, err := w.of(o).Patch(w.t.Context(), o.GetName(), "application/merge-patch+json", []byte(patch),
		metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}

// delete deletes an object, as a dry run, and deleteAll all of its kind in its namespace.
func (w writer) delete(o *unstructured.Unstructured) error {
	return w.of(o).Delete(w.t.Context(), o.GetName(), metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}})
}

func (w writer) deleteAll(o *unstructured.Unstructured) error {
	return w.of(o).DeleteCollection(w.t.Context(), metav1.DeleteOptions{DryRun: []string{metav1.DryRunAll}}, metav1.ListOptions{})
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	require.NoError(t, json.Unmarshal([]byte(text), &o.Object), text)
	return o
}

func plainIngress(t *testing.T, name string, annotations map[string]string) *unstructured.Unstructured {
	o := parse(t, `{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"`+name+`","namespace":"`+guarded+
		`"},"spec":{"ingressClassName":"public","rules":[
		{"host":"api.company.com","http":{"paths":[{"path":"/v1/models/churn:predict","pathType":"Exact","backend":{"service":{"name":"`+name+`","port":{"number":80}}}}]}}]}}`)
	o.SetAnnotations(annotations)
	return o
}

func plainService(t *testing.T, name, spec string, annotations map[string]string) *unstructured.Unstructured {
	o := parse(t, `{"apiVersion":"v1","kind":"Service","metadata":{"name":"`+name+`","namespace":"`+guarded+
		`","labels":{"app.kubernetes.io/part-of":"modelway"}},"spec":`+spec+`}`)
	o.SetAnnotations(annotations)
	return o
}

// definition is a CustomResourceDefinition of the version v1beta1 that takes anything.
func definition(t *testing.T, group, kind, plural string) *unstructured.Unstructured {
	return parse(t, `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"`+plural+"."+group+
		`"},"spec":{"group":"`+group+`",
		"scope":"Namespaced","names":{"kind":"`+kind+`","plural":"`+plural+`","singular":"`+strings.ToLower(kind)+`","listKind":"`+kind+`List"},
		"versions":[{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`)
}

func plainInferenceService(t *testing.T, name string) *unstructured.Unstructured {
	return parse(t, `{"apiVersion":"`+kserve.ApiVersion+`","kind":"`+kserve.Kind+`","metadata":{"name":"`+name+`","namespace":"`+guarded+
		`","labels":{"app.kubernetes.io/part-of":"modelway"}},
		"spec":{"predictor":{"model":{"storageUri":"s3://models/churn/3/"}}}}`)
}

// enforce installs what the program registers, and what an access entry with the policy edit may write, and waits until a policy holds.
func enforce(t *testing.T, owner writer) {
	t.Helper()
	owner.keep(parse(t, `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"`+guarded+`"}}`))
	owner.keep(definition(t, "elbv2.k8s.aws", "TargetGroupBinding", "targetgroupbindings"))
	owner.keep(definition(t, kserve.Group, kserve.Kind, kserve.Plural))
	owner.keep(parse(t, `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"edit","namespace":"`+guarded+
		`"},"rules":[
		{"apiGroups":["","networking.k8s.io","elbv2.k8s.aws","serving.kserve.io"],"resources":["services","ingresses","targetgroupbindings","inferenceservices"],"verbs":["*"]}]}`))
	owner.keep(parse(t, `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"edit","namespace":"`+guarded+
		`"},
		"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"edit"},
		"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"data-science"},{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:serviceaccounts:kube-system"},
		{"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"system:serviceaccounts:kserve"}]}`))
	for _, p := range admission.Policies(guarded, true, false) {
		for kind, spec := range map[string]map[string]any{"ValidatingAdmissionPolicy": p.Spec, "ValidatingAdmissionPolicyBinding": p.Binding} {
			text, err := json.Marshal(map[string]any{"apiVersion": admission.Version, "kind": kind, "metadata": map[string]any{"name": p.Name},
				"spec": spec})
			require.NoError(t, err)
			owner.keep(parse(t, string(text)))
		}
	}
	canary := plainService(t, "in-force", `{"ports":[{"port":80}]}`, nil)
	owner.keep(canary)
	binding := `{"apiVersion":"elbv2.k8s.aws/v1beta1","kind":"TargetGroupBinding","metadata":{"name":"tgb","namespace":"` + guarded + `"}}`
	editor := writer{t, owner.plane, owner.client}
	require.Eventually(t, func() bool {
		bad := plainIngress(t, "bad", map[string]string{alb.AnnotationPrefix + "scheme": "internal"})
		node := plainService(t, "node", `{"type":"NodePort","ports":[{"port":80}]}`, nil)
		if ada := as(t, owner.plane, "ada", "data-science"); !apierrors.IsForbidden(ada.delete(canary)) {
			return false
		}
		return apierrors.IsForbidden(editor.try(bad)) && apierrors.IsForbidden(editor.try(node)) && editor.try(parse(t, binding)) == nil
	}, time.Minute, 100*time.Millisecond)
}

// editors tries each annotation of the controller, and what else somebody who may edit the models' namespace could do to others.
func editors(t *testing.T, c checkout.Checkout, plane *controlplane.ControlPlane) {
	owner, editor := as(t, plane, ""), as(t, plane, "ada", "data-science")
	controller := as(t, plane, "system:serviceaccount:kube-system:aws-load-balancer-controller", "system:serviceaccounts:kube-system",
		"system:serviceaccounts")
	enforce(t, owner)
	t.Run("each annotation", func(t *testing.T) {
		for _, p := range alb.AnnotationPolicies() {
			name := p.Name
			if strings.HasSuffix(name, ".") || strings.HasSuffix(name, "-") {
				name += "x"
			}
			err := owner.try(plainIngress(t, "any", map[string]string{alb.AnnotationPrefix + name: "none"}))
			if p.Allowed() {
				require.NoError(t, err, name)
			} else {
				require.ErrorContains(t, err, "only these annotations of the load balancer controller are allowed here", name)
			}
			require.Error(t, owner.try(plainService(t, "any", `{"ports":[{"port":80}]}`, map[string]string{alb.AnnotationPrefix + name: "none"})),
				name)
		}
	})
	t.Run("Ingresses", func(t *testing.T) {
		editor.refused(t, plainIngress(t, "hijack", nil), "are made by the platform")
		owner.refused(t, plainIngress(t, "old", map[string]string{"kubernetes.io/ingress.class": "public"}), "set spec.ingressClassName")
		withDefault := plainIngress(t, "default", nil)
		require.NoError(t, unstructured.SetNestedField(withDefault.Object, map[string]any{"service": map[string]any{"name": "a",
			"port": map[string]any{"number": int64(80)}}}, "spec", "defaultBackend"))
		owner.refused(t, withDefault, "a default backend is not allowed")
		churn := plainIngress(t, "churn", nil)
		owner.keep(churn)
		require.NoError(t, controller.patch(churn, `{"metadata":{"finalizers":["group.ingress.k8s.aws/public"]}}`))
		require.NoError(t, editor.patch(churn, `{"metadata":{"labels":{"seen":"yes"}}}`), "labels change nothing")
		require.ErrorContains(t, editor.patch(churn, `{"spec":{"ingressClassName":"internal"}}`), "are made by the platform")
		require.ErrorContains(t, editor.patch(churn, `{"metadata":{"annotations":{"`+alb.AnnotationPrefix+`group.order":"-1000"}}}`),
			"are made by the platform")
	})
	t.Run("Services", func(t *testing.T) {
		require.NoError(t, editor.try(plainService(t, "mine", `{"ports":[{"port":80}]}`, nil)))
		for _, spec := range []string{`{"type":"LoadBalancer","ports":[{"port":80}]}`, `{"type":"NodePort","ports":[{"port":80}]}`} {
			editor.refused(t, plainService(t, "mine", spec, nil), "only Services of type ClusterIP and ExternalName")
		}
		editor.refused(t, plainService(t, "mine", `{"externalIPs":["198.51.100.1"],"ports":[{"port":80}]}`, nil), "externalIPs are not allowed")
		editor.refused(t, plainService(t, "mine", `{"ports":[{"port":80}]}`,
			map[string]string{"service.beta.kubernetes.io/aws-load-balancer-type": "external"}), "are not allowed on Services")
		churn := plainService(t, "churn", `{"ports":[{"port":80}]}`, nil)
		owner.keep(churn)
		require.ErrorContains(t, editor.patch(churn, `{"spec":{"ports":[{"port":81}]}}`), "Services of models are made by the platform")
		require.NoError(t, owner.patch(churn, `{"spec":{"ports":[{"port":81}]}}`))
	})
	t.Run("InferenceServices", func(t *testing.T) {
		kserveController := as(t, plane, "system:serviceaccount:kserve:kserve-controller-manager", "system:serviceaccounts:kserve",
			"system:serviceaccounts")
		neighbour := as(t, plane, "system:serviceaccount:kserve:another", "system:serviceaccounts:kserve", "system:serviceaccounts")
		const byPlatform = "InferenceServices of this namespace are made by the platform"
		editor.refused(t, plainInferenceService(t, "hijack"), byPlatform)
		churn, service := plainInferenceService(t, "churn"), plainService(t, "churn-predictor", `{"ports":[{"port":80}]}`, nil)
		owner.keep(churn)
		kserveController.keep(service)
		require.ErrorContains(t, editor.patch(churn, `{"spec":{"predictor":{"name":"other"}}}`), byPlatform)
		require.NoError(t, owner.patch(churn, `{"spec":{"predictor":{"name":"other"}}}`))
		require.NoError(t, kserveController.patch(churn, `{"metadata":{"finalizers":["inferenceservice.finalizers"]}}`))
		for who, may := range map[string]writer{"another account of its namespace": neighbour, "an editor": editor} {
			require.Error(t, may.patch(service, `{"spec":{"ports":[{"port":81}]}}`), who)
			require.Error(t, may.delete(service), who)
			require.Error(t, may.delete(churn), who)
		}
		require.NoError(t, kserveController.patch(service, `{"spec":{"ports":[{"port":81}]}}`))
		require.NoError(t, kserveController.delete(service))
		kserveController.refused(t, plainIngress(t, "churn", nil), "are made by the platform")
	})
	t.Run("deletions", func(t *testing.T) { deletions(t, owner, editor, controller) })
	t.Run("target groups", func(t *testing.T) {
		binding := parse(t, `{"apiVersion":"elbv2.k8s.aws/v1beta1","kind":"TargetGroupBinding","metadata":{"name":"tgb","namespace":"`+guarded+
			`"}}`)
		editor.refused(t, binding, "bound by the load balancer controller only")
		require.NoError(t, controller.try(binding))
	})
	t.Run("the program's own objects pass", func(t *testing.T) { ownPass(t, c, owner) })
}

// deletions tries to remove the Ingress and the Service of a model, which would make room for others of their names.
func deletions(t *testing.T, owner, editor, controller writer) {
	collector := as(t, controller.plane, "system:serviceaccount:kube-system:namespace-controller", "system:serviceaccounts:kube-system",
		"system:serviceaccounts")
	const byPlatform, owned = "are deleted by the platform", "keep their owner references, finalizers and labels"
	for _, o := range []*unstructured.Unstructured{plainIngress(t, "owned", nil), plainService(t, "owned", `{"ports":[{"port":80}]}`, nil),
		plainInferenceService(t, "owned")} {
		o.SetLabels(map[string]string{"app.kubernetes.io/part-of": "modelway", "app.kubernetes.io/name": "owned"})
		owner.keep(o)
		require.ErrorContains(t, editor.delete(o), byPlatform, o.GetKind())
		require.ErrorContains(t, editor.deleteAll(o), byPlatform, o.GetKind())
		require.ErrorContains(t, editor.patch(o, `{"metadata":{"labels":{"app.kubernetes.io/part-of":"mine"}}}`), owned, o.GetKind())
		require.ErrorContains(t, editor.patch(o, `{"metadata":{"labels":null}}`), owned, o.GetKind())
		reference := `{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"gone","uid":"d9607e19-f88f-11e6-a518-42010a800195"}]}}`
		require.ErrorContains(t, editor.patch(o, reference), owned, o.GetKind())
		finalizer := `{"metadata":{"finalizers":["example.com/never"]}}`
		require.ErrorContains(t, editor.patch(o, finalizer), owned, o.GetKind())
		for _, value := range []string{`null`, `"mine"`} {
			require.ErrorContains(t, editor.patch(o, `{"metadata":{"labels":{"app.kubernetes.io/name":`+value+`}}}`), owned, o.GetKind())
		}
		require.ErrorContains(t, editor.patch(o, `{"metadata":{"labels":{"app.kubernetes.io/component":"mine"}}}`), owned, o.GetKind())
		require.NoError(t, editor.patch(o, `{"metadata":{"labels":{"seen":"yes"}}}`), o.GetKind())
		for _, may := range []writer{owner, controller, collector} {
			require.NoError(t, may.delete(o), o.GetKind())
			require.NoError(t, may.patch(o, reference), o.GetKind())
			require.NoError(t, may.patch(o, finalizer), o.GetKind())
		}
		mine := o.DeepCopy()
		mine.SetName("mine")
		mine.SetLabels(nil)
		owner.keep(mine)
		require.NoError(t, editor.delete(mine), o.GetKind())
	}
}

// ownPass tries the Ingresses and Services of the models of every environment.
func ownPass(t *testing.T, c checkout.Checkout, owner writer) {
	seen := map[schema.GroupKind]int{}
	for _, settings := range environments(t, c) {
		environment, set, err := baseline.Record(c.Root, settings)
		require.NoError(t, err)
		objects, err := baseline.Objects(environment, set)
		require.NoError(t, err)
		for _, o := range objects {
			if kind := o.GetKind(); (kind == "Ingress" || kind == "Service") && o.GetNamespace() == guarded {
				if err := owner.try(o.Unstructured); !apierrors.IsAlreadyExists(err) {
					require.NoError(t, err, "%s %s", filepath.Base(settings), o)
				}
				seen[o.GroupVersionKind().GroupKind()]++
			}
		}
	}
	require.Len(t, seen, 2)
}
