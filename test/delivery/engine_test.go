package delivery

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/review/delivery"
)

// real is a machine with the real Pulumi CLI of the local stack, and a backend in a file.
func real(t *testing.T) *world {
	t.Helper()
	cli := filepath.Join(repository, ".modelway", "bin", "pulumi")
	if _, err := os.Stat(cli); err != nil {
		t.Skip("there is no .modelway/bin/pulumi: `make tools` builds it")
	}
	w := newWorld(t)
	backend := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.MkdirAll(backend, 0o755))
	for name, value := range map[string]string{
		"PULUMI_BACKEND_URL": "file://" + backend, "PULUMI_HOME": t.TempDir(), "PULUMI_CONFIG_PASSPHRASE": "x",
		"PULUMI_SKIP_UPDATE_CHECK": "true",
	} {
		w.env[name] = value
	}
	w.write("Pulumi.yaml", "name: modelway\nruntime: go\n")
	w.program("pulumi", "exec "+cli+` "$@"`)
	return w
}

func (w *world) pulumi(args ...string) string {
	w.t.Helper()
	out, err := w.run(filepath.Join(w.bin, "pulumi"), args...)
	require.NoError(w.t, err, out)
	return out
}

func TestEphemeralStacksOfTheRealEngine(t *testing.T) {
	w := real(t)
	for _, stack := range []string{"dev", "prod", "pr-1", "pr-2", "pr-3"} {
		w.pulumi("stack", "init", stack, "--non-interactive")
		require.NoError(t, os.RemoveAll(filepath.Join(w.root, "Pulumi."+stack+".yaml")))
	}
	for stack, expires := range map[string]string{"dev": "2020-01-01T00:00:00Z", "prod": "2020-01-01T00:00:00Z",
		"pr-1": "2020-01-01T00:00:00Z"} {
		w.pulumi("stack", "tag", "set", delivery.ExpiryTag, expires, "--stack", stack)
	}
	for _, stack := range []string{"pr-2", "pr-3"} {
		w.env["STACK"], w.env["HOURS"] = stack, "1"
		out, err := w.ci("ephemeral-keep")
		require.NoError(t, err, out)
	}
	w.env["STACK"] = ""
	out, err := w.ci("ephemeral-destroy")
	require.NoError(t, err, out)
	left := w.pulumi("stack", "ls", "--json")
	require.NotContains(t, left, `"pr-1"`)
	for _, stack := range []string{"dev", "prod", "pr-2", "pr-3"} {
		require.Contains(t, left, `"`+stack+`"`)
	}
	w.env["STACK"] = "pr-2"
	out, err = w.ci("ephemeral-destroy")
	require.NoError(t, err, out)
	left = w.pulumi("stack", "ls", "--json")
	require.NotContains(t, left, `"pr-2"`)
	require.Contains(t, left, `"pr-3"`)
}

// components registers components by name, each with an input.
func components(inputs map[string]string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for name, input := range inputs {
			if err := ctx.RegisterComponentResourceV2("modelway:test:Thing", name, pulumi.Map{"input": pulumi.String(input)},
				&pulumi.ResourceState{}); err != nil {
				return err
			}
		}
		return nil
	}
}

// inline is a stack whose program is in this process.
func (w *world) inline(stack string) auto.Stack {
	w.t.Helper()
	// The Automation API looks for <root>/bin/pulumi.
	cli, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: filepath.Join(repository, ".modelway"), SkipVersionCheck: true})
	require.NoError(w.t, err)
	env := map[string]string{}
	for name, value := range w.env {
		env[name] = value
	}
	delete(env, "HOME")
	s, err := auto.UpsertStackInlineSource(context.Background(), stack, "modelway", components(map[string]string{"a": "1"}), auto.Pulumi(cli),
		auto.EnvVars(env),
		auto.WorkDir(w.t.TempDir()), auto.PulumiHome(w.env["PULUMI_HOME"]))
	require.NoError(w.t, err)
	return s
}

// The engine applies a plan only as long as it fits, and what it then prints is known.
func TestTheRealEngineRefusesAnOutdatedPlan(t *testing.T) {
	w := real(t)
	ctx := context.Background()
	stack := w.inline("dev")
	plan := filepath.Join(t.TempDir(), "plan.json")
	_, err := stack.Preview(ctx, optpreview.Plan(plan))
	require.NoError(t, err)

	for name, other := range map[string]pulumi.RunFunc{
		"a resource more":  components(map[string]string{"a": "1", "b": "1"}),
		"a resource less":  components(nil),
		"another property": components(map[string]string{"a": "2"}),
	} {
		stack.Workspace().SetProgram(other)
		_, err = stack.Up(ctx, optup.Plan(plan))
		require.Error(t, err, name)
		require.Equal(t, delivery.CauseOutdated, delivery.Outcome{Log: err.Error()}.Cause(), "%s: %v", name, err)
	}
	stack.Workspace().SetProgram(components(map[string]string{"a": "1"}))
	_, err = stack.Up(ctx, optup.Plan(plan))
	require.NoError(t, err)
}

// A lock of another run is told apart, and a refresh of a stack as it was left finds no drift.
func TestLockAndDriftOfTheRealEngine(t *testing.T) {
	w := real(t)
	stack := w.inline("dev")
	_, err := stack.Up(context.Background())
	require.NoError(t, err)
	w.env["STACK"] = "dev"
	w.write("Pulumi.dev.yaml", "config: {}\n")
	w.issues("echo '[]'")
	out, err := w.ci("drift")
	require.NoError(t, err, out)
	require.Contains(t, out, "dev is as Pulumi left it")
	require.Contains(t, w.read(".modelway/delivery/dev/drift.jsonl"), `"summaryEvent"`, "the engine's events, one a line")

	lock := filepath.Join(w.env["PULUMI_BACKEND_URL"][len("file://"):], ".pulumi", "locks", "organization", "modelway", "dev", "other.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(lock), 0o755))
	require.NoError(t, os.WriteFile(lock, []byte(`{"pid":1,"username":"u","hostname":"h","timestamp":"2026-11-24T12:00:00Z"}`), 0o644))
	out, err = w.run(filepath.Join(w.bin, "pulumi"), "destroy", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive")
	require.Error(t, err)
	require.Equal(t, delivery.CauseLocked, delivery.Outcome{Log: out}.Cause(), out)
}

// Programs that the steps call take the options that they are given: the fakes of the other tests cannot tell.
func TestTheRealCommandsHaveTheOptions(t *testing.T) {
	w := real(t)
	w.env["PULUMI_DEBUG_COMMANDS"] = "true"
	for command, options := range map[string][]string{
		"preview": {"--stack", "--non-interactive", "--json", "--policy-pack", "--save-plan"},
		"up":      {"--stack", "--plan", "--yes", "--skip-preview", "--policy-pack", "--event-log"},
		"refresh": {"--stack", "--preview-only", "--json", "--exclude"},
		"destroy": {"--stack", "--yes", "--skip-preview", "--remove"},
	} {
		for _, option := range options {
			check := exec.Command(filepath.Join(repository, ".modelway", "bin", "pulumi"), command, option+"=true", "--help")
			check.Env = append(os.Environ(), "PULUMI_DEBUG_COMMANDS=true", "PULUMI_HOME="+w.env["PULUMI_HOME"])
			out, err := check.CombinedOutput()
			require.NoError(t, err, "pulumi %s %s: %s", command, option, out)
			require.NotContains(t, string(out), "unknown flag")
		}
	}
}
