package baseline_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/modelway/modelway/local/baseline"
)

// with is a copy of an object with a field set.
func with(t *testing.T, o baseline.Object, value any, path ...string) baseline.Object {
	t.Helper()
	o.Unstructured = o.DeepCopy()
	require.NoError(t, unstructured.SetNestedField(o.Object, value, path...))
	return o
}

func params() baseline.Object {
	return baseline.Object{Environment: "test", Source: "test", Unstructured: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": map[string]any{"name": "public"},
		"spec": map[string]any{"scheme": "internet-facing"},
	}}}
}

func namespace(name string, labels map[string]any) baseline.Object {
	return baseline.Object{Environment: "test", Source: "test", Unstructured: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name, "labels": labels},
	}}}
}

func validate(t *testing.T, server *baseline.Server, objects ...baseline.Object) []baseline.Finding {
	t.Helper()
	findings, err := server.Validate(t.Context(), objects)
	require.NoError(t, err)
	return findings
}

// misspelled requires unknown fields refused, in objects of the API server itself and of definitions, and values that no object may have.
func misspelled(t *testing.T, server *baseline.Server) {
	good := with(t, object(t, "good.yaml"), "misspelled", "metadata", "namespace")
	require.Empty(t, validate(t, server, good, namespace("misspelled", nil), params()), "a namespace comes before what is in it")

	for fault, o := range map[string]baseline.Object{
		`unknown field "spec.replica"`:                     with(t, good, int64(2), "spec", "replica"),
		`unknown field "spec.template.spec.nodeSelectors"`: with(t, good, map[string]any{}, "spec", "template", "spec", "nodeSelectors"),
		`unknown field "spec.schema"`:                      with(t, params(), "internal", "spec", "schema"),
		`Unsupported value: "internet"`:                    with(t, params(), "internet", "spec", "scheme"),
		`must be greater than or equal to 0`:               with(t, good, int64(-1), "spec", "replicas"),
	} {
		findings := validate(t, server, o)
		require.Len(t, findings, 1, fault)
		require.Equal(t, baseline.CheckSchema, findings[0].Check)
		require.Contains(t, findings[0].Fault, fault)
		require.Equal(t, o.String(), findings[0].Object)
	}
}

func deprecated(t *testing.T, server *baseline.Server) {
	endpoints := baseline.Object{Environment: "test", Source: "test", Unstructured: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Endpoints", "metadata": map[string]any{"name": "old", "namespace": "default"},
	}}}
	findings := validate(t, server, endpoints)
	require.Len(t, findings, 1)
	require.Equal(t, baseline.CheckWarning, findings[0].Check)
	require.Contains(t, findings[0].Fault, "deprecated")
}

func missing(t *testing.T, server *baseline.Server) {
	findings := validate(t, server, with(t, object(t, "good.yaml"), "nowhere", "metadata", "namespace"))
	require.Len(t, findings, 1)
	require.Contains(t, findings[0].Fault, `namespaces "nowhere" not found`)

	findings = validate(t, server, with(t, params(), "IngressClassParam", "kind"))
	require.Len(t, findings, 1, "a kind that the API server does not serve")
}

// unrestricted requires each control that the API server's admission names told of on its own.
func unrestricted(t *testing.T, server *baseline.Server) {
	bad := with(t, object(t, "bad.yaml"), true, "spec", "template", "spec", "hostNetwork")
	bad = with(t, bad, []any{map[string]any{
		"name": "bad", "image": "example.com/bad", "securityContext": map[string]any{"privileged": true},
		"ports": []any{map[string]any{"containerPort": int64(8080), "hostPort": int64(8080)}},
	}}, "spec", "template", "spec", "containers")
	findings, err := server.AdmitRestricted(t.Context(), []baseline.Object{object(t, "good.yaml"), params(), bad})
	require.NoError(t, err)
	var controls []string
	for _, f := range findings {
		require.Equal(t, "Deployment models/bad", f.Object)
		controls = append(controls, f.Check)
	}
	require.ElementsMatch(t, []string{
		"pod-security: host namespaces", "pod-security: hostPort", "pod-security: privileged", "pod-security: allowPrivilegeEscalation != false",
		"pod-security: unrestricted capabilities", "pod-security: runAsNonRoot != true", "pod-security: seccompProfile",
	}, controls)

	refused, err := server.AdmitRestricted(t.Context(), []baseline.Object{with(t, object(t, "good.yaml"), "no-such-class", "spec", "template",
		"spec", "priorityClassName")})
	require.NoError(t, err)
	require.Len(t, refused, 1)
	require.Contains(t, refused[0].Fault, "no-such-class")
}

func TestNamespacesCarryTheLabels(t *testing.T) {
	const enforce, version = "pod-security.kubernetes.io/enforce", "pod-security.kubernetes.io/enforce-version"
	findings := baseline.UnlabelledNamespaces([]baseline.Object{
		namespace("good", map[string]any{enforce: "restricted", version: "latest"}), namespace("open", nil),
		namespace("baseline", map[string]any{enforce: "baseline", version: "latest"}), params(),
	})
	var objects []string
	for _, f := range findings {
		require.Equal(t, baseline.CheckNamespaceLabels, f.Check)
		objects = append(objects, f.Object)
	}
	require.ElementsMatch(t, []string{"Namespace open", "Namespace open", "Namespace baseline"}, objects)
}
