package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/localcli"
)

// TestRepositoryThatImportsThePlatform goes through the commands of the local stack in a repository outside of this one, whose program has a
// resource of its own.
func TestRepositoryThatImportsThePlatform(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	here := repository(t)
	folder := filepath.Join(t.TempDir(), "ml-platform")
	in := func(folder string, args ...string) (string, error) {
		command := exec.Command(filepath.Join(here.Bin(), "modelway"), args...)
		command.Dir = folder
		said, err := command.CombinedOutput()
		t.Logf("modelway %q:\n%s", args, said)
		return string(said), err
	}
	_, err := in(here.Root, "new", folder, "--module", "example.com/ml-platform", "--modelway", here.Root)
	require.NoError(t, err)
	program := filepath.Join(folder, "main.go")
	text, err := os.ReadFile(program)
	require.NoError(t, err)
	own := func(statement string) {
		changed := regexp.MustCompile(`pulumi\.Run\((.*)\)`).ReplaceAll(text, fmt.Appendf(nil,
			"pulumi.Run(func(ctx *pulumi.Context) error {\n%s\nreturn $1(ctx)\n})", statement))
		require.NotEqual(t, string(text), string(changed))
		changed = bytes.Replace(changed, []byte("import ("), []byte("import (\n\"fmt\"\n"), 1)
		require.NoError(t, os.WriteFile(program, changed, 0o600))
	}

	own("nothing()")
	said, err := in(folder, "preview", "--stack", "dev")
	require.Error(t, err)
	require.Contains(t, said, "the program in "+folder+" does not build; fix: `go build` there says what is wrong")
	require.Contains(t, said, "undefined: nothing")

	own("fmt.Println(\"by the program\")\n" +
		"if err := ctx.RegisterComponentResource(\"team:index:Own\", \"ours\", new(struct{ pulumi.ResourceState })); err != nil { return err }")
	said = previewedByItsWorkflow(t, folder)
	require.Contains(t, said, "8 to create")
	require.Contains(t, said, "load-balancer-http", "a finding of the policies")
	events, err := os.ReadFile(localcli.Events(folder, "dev"))
	require.NoError(t, err)
	require.Contains(t, string(events), "team:index:Own::ours")
	require.Contains(t, string(events), "by the program")

	settings := filepath.Join(folder, "Pulumi.dev.yaml")
	right, err := os.ReadFile(settings)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(settings, append(right, "  modelway:network:\n    natGateway: two\n"...), 0o600))
	said, err = in(folder, "preview", "--stack", "dev")
	require.Error(t, err)
	require.Contains(t, said, "preview of stack dev failed: ")
	require.Contains(t, said, "natGateway")

	said, err = in(folder, "status")
	require.NoError(t, err)
	require.Contains(t, said, "not running: start it with `modelway up`")
	said, err = in(folder, "up", "--kubeconfig", "theirs")
	require.Error(t, err)
	require.Contains(t, said, "; fix: leave --kubeconfig out")
	t.Cleanup(func() {
		said, err := in(folder, "down")
		require.NoError(t, err)
		require.Contains(t, said, "`make -C "+here.Root+" clean` removes them")
	})
	said, err = in(folder, "up")
	require.NoError(t, err)
	url := regexp.MustCompile(`http://api\.localhost:\d+/v1/models/fraud-detection:predict`).FindString(said)
	require.NotEmpty(t, url)
	require.Contains(t, said, `{"predictions":[`)
	said, err = in(folder, "status")
	require.NoError(t, err)
	require.Contains(t, said, url)
	listed, err := exec.Command(filepath.Join(folder, ".modelway", "bin", "aws"), "eks", "list-clusters").CombinedOutput()
	require.NoError(t, err)
	require.JSONEq(t, `{"clusters":["modelway-local"]}`, string(listed))
}

// previewedByItsWorkflow adds a model in a commit, runs the commands of the repository's own workflow, and gives the summary of the run.
func previewedByItsWorkflow(t *testing.T, folder string) string {
	t.Helper()
	summary := filepath.Join(t.TempDir(), "summary.md")
	shell := func(script string) {
		command := exec.Command("bash", "-euo", "pipefail", "-c", script)
		command.Dir = folder
		command.Env = append(os.Environ(), "GITHUB_STEP_SUMMARY="+summary, "GITHUB_SERVER_URL=https://github.com", "GITHUB_REPOSITORY=team/models",
			"GITHUB_RUN_ID=7")
		said, err := command.CombinedOutput()
		t.Logf("%s\n%s", script, said)
		require.NoError(t, err)
	}
	commit := "git add -A; git -c user.name=team -c user.email=team@example.com commit -qm "
	shell("git init -q; " + commit + "first")
	shell("sed s/fraud-detection/churn/ models/fraud-detection.yaml > models/churn.yaml; " + commit + "second")

	var workflow struct {
		Jobs map[string]struct{ Steps []struct{ Run string } }
	}
	text, err := os.ReadFile(filepath.Join(folder, ".github", "workflows", "preview.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &workflow))
	for _, step := range workflow.Jobs["preview"].Steps {
		shell(step.Run)
	}
	require.FileExists(t, filepath.Join(folder, "map.html"))
	said, err := os.ReadFile(summary)
	require.NoError(t, err)
	return string(said)
}
