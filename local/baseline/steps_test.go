package baseline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modelway/modelway/internal/pipelines"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/controlplane"
)

// accountOf is the user that a service account of the pipelines' namespace is.
func accountOf(name string) string {
	return "system:serviceaccount:" + pipelines.Namespace + ":" + name
}

// steps keeps those that train from the password of the database, by what the overlay registers of rights and policies.
func steps(t *testing.T, c checkout.Checkout, plane *controlplane.ControlPlane) {
	owner := as(t, plane, "")
	guardPipelines(t, c, owner)
	t.Run("rights of a step", func(t *testing.T) { rightsOfSteps(t, owner) })
	t.Run("pods of steps", func(t *testing.T) { podsOfSteps(t, plane, owner) })
}

// guardPipelines installs what decides who reads Secrets in the namespace of the pipelines, and the Secret.
func guardPipelines(t *testing.T, c checkout.Checkout, owner writer) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.Root, "local", "manifests", "kubeflow-pipelines.yaml"))
	require.NoError(t, err)
	release, err := pipelines.Parse(string(text))
	require.NoError(t, err)
	objects, err := pipelines.Overlay(release, pipelines.Install{Region: "us-east-1", Host: "db", Bucket: "files",
		Format: func(format string, args ...any) any { return fmt.Sprintf(format, args...) }, Image: func(image string) string { return image }})
	require.NoError(t, err)
	owner.keep(parse(t, `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"`+pipelines.Namespace+`"}}`))
	for _, name := range []string{pipelines.DatabaseSecret, "tokens"} {
		owner.keep(parse(t, `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"`+name+`","namespace":"`+pipelines.Namespace+`"}}`))
	}
	owner.keep(parse(t, `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"mine","namespace":"`+pipelines.Namespace+`"}}`))
	kinds := []string{"ServiceAccount", "Role", "RoleBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
	for _, o := range objects {
		if slices.Contains(kinds, o.Kind()) {
			text, err := json.Marshal(o)
			require.NoError(t, err)
			owner.keep(parse(t, string(text)))
		}
	}
}

// rightsOfSteps asks the API server itself, and for each of the rest who would be allowed.
func rightsOfSteps(t *testing.T, owner writer) {
	for _, account := range []string{pipelines.Runner, pipelines.UI} {
		user := as(t, owner.plane, accountOf(account), "system:serviceaccounts", "system:serviceaccounts:"+pipelines.Namespace, "system:authenticated")
		secret := parse(t, `{"apiVersion":"v1","kind":"Secret","metadata":{"namespace":"`+pipelines.Namespace+`"}}`)
		_, err := user.of(secret).Get(t.Context(), pipelines.DatabaseSecret, metav1.GetOptions{})
		require.True(t, apierrors.IsForbidden(err), "%s: %v", account, err)
	}
	for verb, resources := range map[string][]string{
		"get":    {"/pods/", "/configmaps/", "/persistentvolumeclaims/", "argoproj.io/workflows/"},
		"create": {"/persistentvolumeclaims/", "argoproj.io/workflowtaskresults/"},
		"patch":  {"argoproj.io/workflowtaskresults/"}, "delete": {"/persistentvolumeclaims/"},
	} {
		for _, resource := range resources {
			require.True(t, allowed(t, owner, verb, resource), "%s %s", verb, resource)
		}
	}
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch"} {
		require.False(t, allowed(t, owner, verb, "/secrets/"), verb)
	}
	for _, resource := range []string{"/pods/", "/pods/exec", "/pods/ephemeralcontainers", "apps/deployments/", "apps/replicasets/", "batch/jobs/",
		"argoproj.io/workflows/", "kubeflow.org/scheduledworkflows/", "/serviceaccounts/token", "rbac.authorization.k8s.io/rolebindings/"} {
		for _, verb := range []string{"create", "update", "patch"} {
			require.False(t, allowed(t, owner, verb, resource), "%s %s", verb, resource)
		}
	}
}

// allowed asks the API server whether a step may do something to a resource, group/resource/subresource.
func allowed(t *testing.T, owner writer, verb, what string) bool {
	t.Helper()
	parts := strings.Split(what, "/")
	require.Len(t, parts, 3, what)
	review := parse(t, fmt.Sprintf(`{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":%q,
		"groups":["system:serviceaccounts","system:serviceaccounts:%s","system:authenticated"],
		"resourceAttributes":{"namespace":%[2]q,"verb":%q,"group":%q,"resource":%q,"subresource":%q}}}`, accountOf(pipelines.Runner),
		pipelines.Namespace, verb, parts[0], parts[1], parts[2]))
	answer, err := owner.of(review).Create(t.Context(), review, metav1.CreateOptions{})
	require.NoError(t, err)
	may, _, err := unstructured.NestedBool(answer.Object, "status", "allowed")
	require.NoError(t, err)
	return may
}

// pod is one of a step, with an account and more in its spec and in its container.
func pod(t *testing.T, account, spec, container string) *unstructured.Unstructured {
	return parse(t, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"step","namespace":"`+pipelines.Namespace+`"},
		"spec":{"serviceAccountName":"`+account+`"`+spec+`,"containers":[{"name":"main","image":"registry.example.com/step"`+container+`}]}}`)
}

// podsOfSteps has the workflow controller make pods that would have the password in each way that the restricted standard leaves.
func podsOfSteps(t *testing.T, plane *controlplane.ControlPlane, owner writer) {
	groups := []string{"system:serviceaccounts", "system:serviceaccounts:" + pipelines.Namespace, "system:masters"}
	controller, replicas := as(t, plane, accountOf("argo"), groups...), as(t, plane, "system:serviceaccount:kube-system:replicaset-controller",
		"system:masters")
	secret := func(name string) []*unstructured.Unstructured {
		env := `,"env":[{"name":"a","valueFrom":{"secretKeyRef":{"name":"` + name + `","key":"password"}}}]`
		from := `,"envFrom":[{"configMapRef":{"name":"a"}},{"secretRef":{"name":"` + name + `"}}]`
		volume := func(source string) string {
			return `,"volumes":[{"name":"b","emptyDir":{}},{"name":"a",` + source + `}]`
		}
		init := func(more string) string {
			return `,"initContainers":[{"name":"init","image":"registry.example.com/init"` + more + `}]`
		}
		return []*unstructured.Unstructured{
			pod(t, pipelines.Runner, volume(`"secret":{"secretName":"`+name+`"}`), ""),
			pod(t, pipelines.Runner, volume(`"projected":{"sources":[{"secret":{"name":"`+name+`"}}]}`), ""),
			pod(t, pipelines.Runner, volume(`"csi":{"driver":"a.example.com","nodePublishSecretRef":{"name":"`+name+`"}}`), ""),
			pod(t, pipelines.Runner, "", env), pod(t, pipelines.Runner, "", from),
			pod(t, pipelines.Runner, init(env), ""), pod(t, pipelines.Runner, init(from), ""),
		}
	}
	const refused = "steps may not have the Secret " + pipelines.DatabaseSecret
	require.Eventually(t, func() bool { return apierrors.IsForbidden(controller.try(secret(pipelines.DatabaseSecret)[0])) }, time.Minute,
		100*time.Millisecond, "the policy is not in force")
	for _, o := range secret(pipelines.DatabaseSecret) {
		controller.refused(t, o, refused)
		require.NoError(t, replicas.try(o), "the parts themselves have it")
	}
	for _, o := range secret("tokens") {
		require.NoError(t, controller.try(o), "other Secrets are for steps")
	}
	for _, account := range []string{"argo", pipelines.ApiServer, pipelines.UI} {
		controller.refused(t, pod(t, account, "", ""), "steps may not run as a part of the platform")
	}
	for _, account := range []string{pipelines.Runner, "mine"} {
		require.NoError(t, controller.try(pod(t, account, "", "")))
	}
	require.NoError(t, owner.try(pod(t, pipelines.ApiServer, "", "")))
}
