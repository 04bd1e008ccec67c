package baseline_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/local/baseline"
	"github.com/modelway/modelway/local/checkout"
)

// object reads an object of testdata.
func object(t *testing.T, file string) baseline.Object {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	o := baseline.Object{Unstructured: &unstructured.Unstructured{}, Environment: "test", Source: file}
	text, err = yaml.YAMLToJSON(text)
	require.NoError(t, err)
	require.NoError(t, o.UnmarshalJSON(text))
	return o
}

// checks are the checks that found something in an object.
func checks(findings []baseline.Finding, object string) map[string]string {
	found := map[string]string{}
	for _, f := range findings {
		if f.Object == object {
			found[f.Check] = f.String()
		}
	}
	return found
}

// TestLinterFinds gives the linter a bad Deployment, whose annotation would switch a check off, and a good one.
func TestLinterFinds(t *testing.T) {
	c, err := checkout.Find(".")
	require.NoError(t, err)
	findings, err := linter(c, "v1.35").Lint(t.Context(), []baseline.Object{
		object(t, "bad.yaml"), object(t, "bad-service.yaml"), object(t, "good.yaml"), object(t, "good-service.yaml"),
		object(t, "good-policy.yaml"),
		object(t, "good-budget.yaml"),
	})
	require.NoError(t, err)
	bad := checks(findings, "Deployment models/bad")
	for _, check := range []string{
		"container-image-tag", "container-ports-check", "container-resources", "container-seccomp-profile",
		"container-security-context-privileged",
		"container-security-context-readonlyrootfilesystem", "container-security-context-user-group-id", "deployment-replicas",
		"pod-networkpolicy", "pod-probes",
	} {
		require.Contains(t, bad, check)
	}
	require.Equal(t, "test: Deployment models/bad: container-security-context-privileged: bad: The container is privileged; "+
		"fix: Set securityContext.privileged to false. Privileged containers can access all devices on the host, and grants almost the same "+
		"access as non-containerized processes on the host. (bad.yaml), "+
		"or list an exception with its reason in local/baseline/exemptlist_test.go", bad["container-security-context-privileged"])
	require.Contains(t, checks(findings, "Service models/bad"), "service-type")
	for _, good := range []string{"Deployment models/good", "Service models/good", "NetworkPolicy models/good",
		"PodDisruptionBudget models/good"} {
		require.Empty(t, checks(findings, good))
	}
}

// TestLinterFails requires an error, not an empty list, from a linter that cannot run.
func TestLinterFails(t *testing.T) {
	_, err := baseline.Linter{Module: t.TempDir(), KubernetesVersion: "v1.35"}.Lint(t.Context(), []baseline.Object{object(t, "bad.yaml")})
	require.ErrorContains(t, err, "kube-score")
}
