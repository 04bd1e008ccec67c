package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine has a pulumi with the outputs of a stack whose model answers at a URL, and a kubectl that shows its Deployment and pod.
func machine(t *testing.T, url, deployment string) {
	t.Helper()
	folder := t.TempDir()
	for name, body := range map[string]string{
		"pulumi": `[ "$*" = "stack output --json --show-secrets --stack prod" ] || exit 9
			echo '{"kubeconfig": {"kind": "Config"}, "models": {"churn": {"image": "x:2"}}, "modelUrls": {"churn": "` + url + `/v1/models/churn:predict"}, "loadBalancers": {}}'`,
		"kubectl": `grep -q Config "$2" || exit 8
			case "$*" in
			*deployments*) echo '` + deployment + `' ;;
			*applications*) cat "$APPLICATIONS" ;;
			*replicasets*) echo '{"items": [{"metadata": {"name": "churn-2", "ownerReferences": [{"name": "churn"}]}}]}' ;;
			*pods*) restarts=3; [ ! -e "$TMPDIR/looked" ] || restarts=4; : > "$TMPDIR/looked"
				echo '{"items": [{"metadata": {"name": "churn-2-x", "namespace": "models", "ownerReferences": [{"name": "churn-2"}]},
				"status": {"containerStatuses": [{"restartCount": '$restarts', "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}}]}}]}' ;;
			*logs*--previous) echo "no such model" ;;
			*) echo '{"items": []}' ;;
			esac`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", folder)
	t.Cleanup(func() {
		left, err := filepath.Glob(filepath.Join(folder, "modelway*"))
		require.NoError(t, err)
		require.Empty(t, left, "the kubeconfig is removed")
	})
}

// deployed is the list of a Deployment of the new version with its numbers of updated and available replicas.
func deployed(updated, available string) string {
	return `{"items": [{"metadata": {"name": "churn", "namespace": "models", "generation": 2}, "spec": {"replicas": 1, "template": {"spec": {"containers": [{"image": "x:2"}]}}},
		"status": {"observedGeneration": 2, "replicas": 1, "updatedReplicas": ` + updated + `, "availableReplicas": ` + available + `}}]}`
}

func TestVerify(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Model-Version", "2") }))
	defer model.Close()
	// the pod is of another revision
	healthy := strings.Replace(deployed("1", "1"), `"generation": 2`,
		`"generation": 2, "annotations": {"deployment.kubernetes.io/revision": "3"}`, 1)
	machine(t, model.URL, healthy)
	code, out, errOut := run("verify", "--stack", "prod")
	require.Zero(t, code, errOut)
	require.Equal(t, "model churn is good\n", out)

	code, out, errOut = run("verify", "--stack", "prod", "--urls", "none")
	require.Zero(t, code, errOut)
	require.Equal(t, "model churn is good: its pods run; URLs are not asked (urls: none)\n", out)
}

// TestVerifyOfArgoCD has outputs of an older version than the one that Argo CD has delivered.
func TestVerifyOfArgoCD(t *testing.T) {
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Model-Version", "2") }))
	defer model.Close()
	machine(t, model.URL, strings.Replace(deployed("1", "1"), `"template": {`, `"template": {"metadata": {"labels": {"app.kubernetes.io/name": "churn",
		"app.kubernetes.io/component": "model"}}, `, 1))
	outputs, application := filepath.Join(t.TempDir(), "outputs.json"), filepath.Join(t.TempDir(), "applications.json")
	require.NoError(t, os.WriteFile(outputs, []byte(`{"kubeconfig": {"kind": "Config"}, "models": {"churn": {"image": "x:1"}}, "loadBalancers": {},
		"modelUrls": {"churn": "`+model.URL+`/v1/models/churn:predict"}, "delivery": {"models": "argocd", "shared": true}}`), 0o600))
	t.Setenv("APPLICATIONS", application)
	says := func(status string) {
		require.NoError(t, os.WriteFile(application, []byte(`{"items": [{"metadata": {"name": "churn"}, "status": `+status+`}]}`), 0o600))
	}
	says(`{"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}`)
	code, out, errOut := run("verify", "--stack", "prod", "--outputs", outputs)
	require.Zero(t, code, errOut)
	require.Equal(t, "Argo CD delivers the models of prod: what it has synced from Git has to be what runs\nmodel churn is good\n", out)

	says(`{"sync": {"status": "OutOfSync"}, "operationState": {"phase": "Failed", "message": "refused"}}`)
	code, _, errOut = run("verify", "--stack", "prod", "--outputs", outputs, "--timeout", "1s")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "Application churn is OutOfSync: its last sync failed: refused")
	require.Contains(t, errOut, "-n argocd describe application churn")
}

func TestVerifyFails(t *testing.T) {
	machine(t, "http://127.0.0.1:1", deployed("1", "0"))
	code, _, errOut := run("verify", "--stack", "prod", "--timeout", "1h")
	require.Equal(t, exitFailed, code)
	for _, want := range []string{
		"model churn failed: Deployment churn: the new version ends again and again", "pod churn-2-x: CrashLoopBackOff: back-off (4 restarts)",
		"    no such model\n",
		"kubectl logs -n models churn-2-x", "-s prod > kubeconfig.json && kubectl --kubeconfig kubeconfig.json -n models describe " +
			"deployment,pods,ingress",
	} {
		require.Contains(t, errOut, want)
	}
	code, _, errOut = run("verify", "--stack", "dev")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "pulumi stack: exit status 9")
	for flag, want := range map[string]string{"--timeout=0s": "too short", "--urls=some": "allowed: auto, all, none",
		"--outputs=none.json": "no such file"} {
		code, _, errOut = run("verify", "--stack", "prod", flag)
		require.Equal(t, exitFailed, code)
		require.Contains(t, errOut, want)
	}
}
