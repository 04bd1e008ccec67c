package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/upgrade"
)

// upgradeFiles are the settings of every environment of the repository but those of this machine.
func upgradeFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"Pulumi.dev.yaml", "Pulumi.prod.yaml", "examples/configurations/Pulumi.*.yaml"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		files = append(files, found...)
	}
	return files
}

// TestUpgradePlans is the way from 1.33 to 1.36 for each environment. Each goes one minor version at a time, and no kubelet is newer than the
// control plane or more than three versions behind.
func TestUpgradePlans(t *testing.T) {
	for _, file := range upgradeFiles(t) {
		stack := stackfile.StackOf(file)
		t.Run(stack, func(t *testing.T) {
			u := upgrading{root: repository, file: file, stack: stackname.Name(stack), from: "1.33", to: "1.36", day: day}
			p, err := u.plan(t.Context())
			require.NoError(t, err)
			recorder.Golden(t, filepath.Join("testdata", "upgrade", stack+".txt"), []byte(p.Text()))
			control, nodes := 33, map[string]int{}
			for _, s := range p.Steps {
				at := func(version string) int {
					n, err := strconv.Atoi(strings.TrimPrefix(version, "1."))
					require.NoError(t, err)
					return n
				}
				switch s.Kind {
				case upgrade.ControlPlane:
					require.Equal(t, control+1, at(s.To))
					control++
				case upgrade.NodeGroup, upgrade.FargatePods:
					nodes[s.Name] = at(s.To)
				}
				for name, version := range nodes {
					require.True(t, version <= control && control-version <= 3, "%s after step %d", name, s.Number)
				}
			}
			for _, s := range p.Steps {
				require.Equal(t, slices.Compact(slices.Sorted(slices.Values(s.Interrupts))), slices.Sorted(slices.Values(s.Interrupts)),
					"step %d tells somebody twice", s.Number)
			}
			require.Equal(t, 36, control)
			require.NotEmpty(t, nodes)
			for name, version := range nodes {
				require.Equal(t, 36, version, name)
			}
		})
	}
}

func TestUpgradeBadInput(t *testing.T) {
	for _, test := range []struct {
		args string
		code int
		says []string
	}{
		{"", exitUsage, []string{"--stack is missing; allowed: dev, local, prod"}},
		{"--stack dev --to", exitUsage, []string{"flag needs an argument"}},
		{"--stack dev more", exitUsage, []string{`"more": too much for modelway upgrade`}},
		{"--stack dev --nodes general", exitUsage, []string{`--nodes is "general"; allowed: KEY=VALUE`}},
		{"--stack ../dev", exitUsage, []string{`invalid argument "../dev" for "--stack"`}},
		{"--stack dev --jsn", exitUsage, []string{"unknown flag: --jsn"}},
		{"--stack none", exitFailed, []string{"there are dev, local, prod"}},
		{"--stack dev --root nowhere", exitFailed, []string{"or make one with `modelway new <folder>`"}},
		{"--stack dev --to 1.35", exitFailed, []string{"older than 1.36", "allowed: 1.36, 1.37", "fix: "}},
		{"--stack dev --to 1.40", exitFailed, []string{"1.40 is not offered by EKS", "allowed: 1.33, 1.34"}},
		{"--stack dev --to 2.0", exitFailed, []string{`"2.0" is not a Kubernetes version`, "as in 1.36"}},
		{"--stack dev --from 1.2.3 --to x", exitFailed, []string{`"1.2.3" is not`, `"x" is not`}},
		{"--stack dev --from 1.29", exitFailed, []string{"the present version 1.29 is not offered"}},
		{"--stack dev --from 1.35 --nodes modelway-compute-general=1.36", exitFailed, []string{"newer than the control plane", "fix: "}},
		{"--stack dev --from 1.35 --nodes modelway-compute-general=1.31", exitFailed, []string{"more than 3 minor versions behind", "fix: "}},
		{"--stack dev --from 1.35 --nodes spot=1.34", exitFailed, []string{"nodes spot are not in the environment", "modelway-compute-general"}},
		{"--stack dev --from 1.35 --nodes fargate=new", exitFailed, []string{`version "new"`, "fargate=1.35"}},
	} {
		args := append([]string{"upgrade", "--root", repository}, strings.Fields(test.args)...)
		code, out, errOut := run(args...)
		require.Equal(t, test.code, code, "%s: %s", test.args, errOut)
		require.Empty(t, out, test.args)
		for _, says := range test.says {
			require.Contains(t, errOut, says, test.args)
		}
	}
}

func TestUpgradeJSON(t *testing.T) {
	code, out, errOut := run("upgrade", "--root", repository, "--stack", "prod", "--from", "1.35", "--to", "1.36", "--json")
	require.Zero(t, code, errOut)
	var p upgrade.Plan
	require.NoError(t, json.Unmarshal([]byte(out), &p))
	require.Equal(t, upgrade.Chart, p.Steps[0].Kind, "KEDA is not tried with 1.36")
	require.Equal(t, upgrade.ControlPlane, p.Steps[1].Kind)
	require.Contains(t, strings.Join(p.Unread, "\n"), "the upgrade insights of EKS: give --live")
	code, out, errOut = run("upgrade", "--root", repository, "--stack", "prod", "--to", "1.36")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "prod runs Kubernetes 1.36 by its settings: there is nothing to upgrade")
	code, out, errOut = run("upgrade", "--root", repository, "--stack", "prod", "--from", "1.35", "--to", "1.35")
	require.Zero(t, code, errOut)
	require.Contains(t, out, "prod runs Kubernetes 1.35 by --from: there is nothing to upgrade")
}

// eksAnswers stands in for EKS: a cluster that is older than the settings say, with a node group that is older still.
func eksAnswers(t *testing.T) {
	t.Helper()
	answers := map[string]string{
		"GET /clusters/modelway-dev":                                              `{"cluster": {"name": "modelway-dev", "version": "1.35"}}`,
		"GET /clusters/modelway-dev/node-groups":                                  `{"nodegroups": ["modelway-compute-general-0a1b2c3"]}`,
		"GET /clusters/modelway-dev/node-groups/modelway-compute-general-0a1b2c3": `{"nodegroup": {"version": "1.34"}}`,
		"POST /clusters/modelway-dev/insights": `{"insights": [{"id": "1", "name": "Kubelet version skew", "kubernetesVersion": "1.36",
			"insightStatus": {"status": "WARNING", "reason": "nodes are behind"}}]}`,
		"GET /clusters/modelway-dev/insights/1": `{"insight": {"recommendation": "update the nodes"}}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.Method+" "+r.URL.Path]
		if w.Header().Set("Content-Type", "application/json"); !known {
			w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			answer = `{"message": "No cluster found"}`
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "example")
}

func TestUpgradeAsksEKS(t *testing.T) {
	eksAnswers(t)
	code, out, errOut := run("upgrade", "--root", repository, "--stack", "dev", "--to", "1.36", "--live", "--json")
	require.Zero(t, code, errOut)
	var p upgrade.Plan
	require.NoError(t, json.Unmarshal([]byte(out), &p))
	require.Equal(t, "1.35", p.From)
	require.Equal(t, upgrade.NodeGroup, p.Steps[0].Kind)
	require.Equal(t, "1.34", p.Steps[0].From)
	require.Contains(t, strings.Join(p.Notes, "\n"), "nodes are behind; update the nodes")

	code, _, errOut = run("upgrade", "--root", repository, "--stack", "prod", "--to", "1.36", "--live")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "asking EKS in us-east-1 for cluster modelway-prod")
	require.Contains(t, errOut, "leave --live out")
}

func TestUpgradeWithoutCredentials(t *testing.T) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	code, _, errOut := run("upgrade", "--root", repository, "--stack", "dev", "--live")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "there are no AWS credentials")
}
