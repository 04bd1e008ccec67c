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
	said, err = in(folder, "report", "--stack", "dev")
	require.NoError(t, err)
	require.Contains(t, said, "fraud-detection")
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
