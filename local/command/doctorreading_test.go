package command

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/testcluster"
)

// doctored are objects that an API server takes without any controller behind them, each broken in its way.
const doctored = `{"apiVersion": "v1", "kind": "List", "items": [
	{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "hook"}, "webhooks": [{"name": "a.example.com",
		"admissionReviewVersions": ["v1"], "sideEffects": "None", "clientConfig": {"service": {"namespace": "default", "name": "hook"}},
		"rules": [{"apiGroups": ["example.com"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["things"]}]}]},
	{"apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "default", "name": "hook"}, "spec": {"selector": {"app": "hook"}, "ports": [{"port": 443}]}},
	{"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": {"namespace": "default", "name": "sh.helm.release.v1.a.v1",
		"labels": {"owner": "helm", "name": "a", "status": "deployed", "version": "1"}}, "data": {"release": "eA=="}},
	{"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": {"namespace": "default", "name": "sh.helm.release.v1.a.v2",
		"labels": {"owner": "helm", "name": "a", "status": "pending-upgrade", "version": "2"}}, "data": {"release": "eA=="}},
	{"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "public"}, "spec": {"controller": "ingress.k8s.aws/alb"}},
	{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"namespace": "default", "name": "lost"}, "spec": {"ingressClassName": "public",
		"rules": [{"host": "nobody.invalid", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "hook", "port": {"number": 443}}}}]}}]}}]}`

// TestDoctorReadsACluster asks a real API server with the real kubectl: first a cluster with nothing in it, then one with broken objects.
func TestDoctorReadsACluster(t *testing.T) {
	t.Parallel()
	testcluster.Build(t, "modelway", "kubectl")
	plane, _ := testcluster.Start(t, func(string) string { return "" })
	ask := func(program string, stdin string, args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), filepath.Join(testcluster.Bin(t), program), append(args, "--kubeconfig", plane.Kubeconfig)...)
		command.Stdin, command.Dir = strings.NewReader(stdin), t.TempDir()
		out, err := command.CombinedOutput()
		return string(out), err
	}
	out, err := ask("modelway", "", "doctor")
	require.NoError(t, err, out)
	for key, state := range map[string]string{"webhooks": "ok", "ca-bundles": "ok", "pending-pods": "ok", "helm-releases": "ok", "digests": "ok",
		"readiness-gates": "ok", "addresses": "ok", "certificates": "absent", "argo-cd": "absent", "scrapes": "absent", "database-schema": "absent",
		"load-balancer-quotas": "absent", "account-quotas": "unread", "fargate-profiles": "unread", "acm-certificates": "unread"} {
		require.Regexp(t, `(?m)^`+state+` +`+key+` `, out)
	}

	told, err := ask("kubectl", doctored, "create", "-f", "-")
	require.NoError(t, err, told)
	var found string
	require.Eventually(t, func() bool {
		found, err = ask("modelway", "", "doctor")
		return err != nil && strings.Contains(found, "Helm release default/a")
	}, 30*time.Second, time.Second)
	t.Log(found)
	for _, words := range []string{"Service default/hook has no endpoint that is ready", "its CA bundle is empty (webhook a.example.com)",
		"revision 2 is pending-upgrade", "a change of it runs", "helm -n default history a", "Ingress default/lost: it has no load balancer"} {
		require.Contains(t, strings.Join(strings.Fields(found), " "), words)
	}
	require.Equal(t, 1, err.(*exec.ExitError).ExitCode())
}
