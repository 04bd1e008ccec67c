package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/doctor"
)

// ofEKS is a kubeconfig as `pulumi stack output kubeconfig` writes it.
const ofEKS = `{"apiVersion": "v1", "kind": "Config", "current-context": "dev", "clusters": [{"name": "dev", "cluster": {"server": "https://0.gr7.us-east-1.eks.amazonaws.com"}}],
	"contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "dev"}}],
	"users": [{"name": "dev", "user": {"exec": {"command": "aws", "args": ["eks", "get-token", "--cluster-name", "dev", "--region", "eu-west-1"]}}}]}`

// programs writes programs of these names with these lines of shell into a folder, which is all that PATH has.
func programs(t *testing.T, lines map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range lines {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
	}
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return folder
}

func TestDoctorRefusesWhatItCannotUse(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for name, text := range map[string]string{
		"good": ofEKS, "list": "[1]", "text": "a: b: c", "empty": "", "no-context": strings.Replace(ofEKS, `"current-context": "dev"`, `"current-context": "x"`, 1),
		"outputs": `{"clusterName": "dev"}`, "no-json": "{", "outputs-of-no-models": `{"kubeconfig": ` + ofEKS + `}`,
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	programs(t, map[string]string{"pulumi": "echo no stack named $6 found >&2; exit 255"})
	for _, test := range [][2]string{
		{"doctor", "no environment is given, and no local stack is up"},
		{"doctor --check webhook", `"webhook" is not a check; allowed: webhooks, `},
		{"doctor --check webhooks --check ''", `"''" is not a check`},
		{"doctor --timeout 0s --kubeconfig good", "timeout: 0s is too short"},
		{"doctor --timeout soon", `--timeout is "soon"; allowed: a number with its unit`},
		{"doctor prod", `"prod" is no flag, and modelway doctor takes nothing else; fix: write --stack prod`},
		{"doctor --stack PROD", `the stack's name is "PROD"; allowed: `},
		{"doctor --stack prod", `the outputs of "prod" cannot be read: pulumi stack: exit status 255: no stack named prod found; allowed: a stack that`},
		{"doctor --outputs outputs", "outputs: outputs is given without a stack"},
		{"doctor --stack prod --outputs nowhere", "no such file"},
		{"doctor --stack prod --outputs no-json", "outputs: no-json cannot be read: unexpected end of JSON input; allowed: "},
		{"doctor --stack prod --outputs outputs", "the output kubeconfig is not JSON"},
		{"doctor --stack prod --outputs outputs-of-no-models", "the stack has no output "},
		{"doctor --kubeconfig nowhere", "kubeconfig: nowhere cannot be read"},
		{"doctor --kubeconfig " + folder, "is a directory"},
		{"doctor --kubeconfig list", "kubeconfig: list is not YAML of a kubeconfig"},
		{"doctor --kubeconfig text", "kubeconfig: text is not YAML of a kubeconfig"},
		{"doctor --kubeconfig empty", `kubeconfig: empty has no cluster for its current context ""`},
		{"doctor --kubeconfig no-context", `has no cluster for its current context "x"`},
		{"doctor --json=maybe", `--json is "maybe"; allowed: true and false`},
	} {
		code, out, errOut := run(strings.Fields(test[0])...)
		require.Equal(t, exitUsage, code, "%s: %s", test[0], errOut)
		require.Contains(t, errOut, test[1], test[0])
		require.NotContains(t, out, "ok ", test[0])
	}

	t.Run("without pulumi", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		code, _, errOut := run("doctor", "--stack", "prod")
		require.Equal(t, exitUsage, code, errOut)
		require.Contains(t, errOut, "pulumi is not on PATH; allowed: ")
		require.Contains(t, errOut, "fix: install pulumi, or give --outputs")
	})

	require.NoError(t, os.MkdirAll(".modelway/run", 0o755))
	require.NoError(t, os.WriteFile(".modelway/run/models.json", []byte("{}"), 0o600))
	require.NoError(t, os.WriteFile(".modelway/run/supervisor.json", []byte("{"), 0o600))
	code, _, errOut := run("doctor")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errOut, "supervisor.json is damaged: run `modelway down` and `modelway up`")
}

func TestDoctorThatReadsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("good", []byte(ofEKS), 0o600))
	programs(t, map[string]string{"kubectl": "echo connection refused >&2; exit 1", "aws": "echo expired >&2; exit 255"})
	code, out, errOut := run("doctor", "--kubeconfig", "good")
	require.Equal(t, exitUsage, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "kubeconfig: the cluster of good does not answer: kubectl get: exit status 1: connection refused; allowed: ")

	programs(t, map[string]string{"aws": "echo expired >&2; exit 255",
		"kubectl": `case "$*" in *version*) echo '{}' ;; *) echo 'Error from server (Forbidden): pods is forbidden' >&2; exit 1 ;; esac`})
	code, out, errOut = run("doctor", "--kubeconfig", "good")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errOut, "nothing could be read")
	require.Contains(t, out, "pods is forbidden")
	require.NotContains(t, out, "\nok ")
}

// TestDoctorTells asks programs that answer with lists of nothing, and with one release that was left in an upgrade.
func TestDoctorTells(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("good", []byte(ofEKS), 0o600))
	require.NoError(t, os.WriteFile("elsewhere", []byte(strings.NewReplacer(`"--region", "eu-west-1"`, `"x"`, "eks.amazonaws", "example").Replace(ofEKS)), 0o600))
	folder := programs(t, map[string]string{"aws": `echo "$@" >> calls; echo '{"clusters": ["dev"], "Quota": {"Value": 5}}'`})
	kubectl := func(releases string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "kubectl"), []byte(`#!/bin/sh
case "$*" in
*cert-manager.io*) echo 'Error from server (NotFound): the server could not find the requested resource' >&2; exit 1 ;;
*--selector=owner=helm*) echo '`+releases+`' ;;
*scrape_pools*|*targets*) echo '{"status": "success", "data": {}}' ;;
*) echo '{"items": []}' ;;
esac
`), 0o755))
	}
	kubectl("")
	code, out, errOut := run("doctor", "--kubeconfig", "good")
	require.Equal(t, 0, code, "%s%s", out, errOut)
	require.Contains(t, out, "ok       webhooks ")
	require.Contains(t, out, "absent   certificates ")
	require.Contains(t, out, "16 checks: 15 ok, 1 with nothing to look at, 0 could not look; 0 errors and 0 warnings\n")
	calls, err := os.ReadFile("calls")
	require.NoError(t, err)
	require.Contains(t, string(calls), "eks list-fargate-profiles --cluster-name dev --output json --region eu-west-1\n")

	kubectl("kserve s helm.sh/release.v1 1 15m kserve pending-upgrade 2")
	code, out, errOut = run("doctor", "--kubeconfig", "good", "--check", "helm-releases", "--json")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "each has its fix above")
	var told struct{ Checks []doctor.Result }
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	require.Len(t, told.Checks, 1)
	require.Equal(t, "Helm release kserve/kserve", told.Checks[0].Findings[0].Object)

	code, out, _ = run("doctor", "--kubeconfig", "elsewhere", "--check", "account-quotas", "--check", "webhooks")
	require.Equal(t, 0, code)
	require.Contains(t, out, "unread   account-quotas ")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "the kubeconfig names no cluster of EKS")

	t.Setenv("COLUMNS", "60")
	_, out, _ = run("doctor", "--kubeconfig", "good", "--check", "webhooks")
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len(line), 110, line)
	}
}
