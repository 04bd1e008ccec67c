package command

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/residue"
	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/store"
)

// cuts are after how many further deletions a destroy is cut off, ten times: among the objects of the cluster, and among what is in AWS.
var cuts = []int{1, 7, 20, 25, 15, 8, 8, 8, 8, 6}

// TestResidueOfACutDestroy cuts the destroy of a stack off at ten points, by an end of its engine. At each the state is forgotten: in a copy of
// the account, modelway residue lists what is left and deletes all of it, and nothing of another environment. In between, the destroy goes on
// where it was.
func TestResidueOfACutDestroy(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.up()
	states := map[int]bool{}
	for n, deletions := range cuts {
		s.destroyPart(deletions)
		states[s.resources()] = true
		s.requireCleared(n)
	}
	require.Len(t, states, 10, "each cut is at another point of the destroy")
	require.NoError(t, s.destroy())
	requireEmptyAccount(t, s)
}

var deleted = regexp.MustCompile(`^  delete `)

// destroyPart destroys until so many resources are gone, and ends the engine.
func (s *stack) destroyPart(deletions int) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	progress := &engine.Progress{Out: writer(func(line string) {
		if s.t.Log(line); deleted.MatchString(line) {
			if deletions--; deletions <= 0 {
				cancel()
			}
		}
	})}
	require.Error(s.t, engine.Destroy(ctx, s.project(), progress), "the destroy was not cut off")
}

// resources is how many resources the state of the stack has.
func (s *stack) resources() int {
	s.t.Helper()
	text, err := os.ReadFile(s.project().StateFile(localStack))
	require.NoError(s.t, err)
	var state struct {
		Checkpoint struct {
			Latest struct{ Resources []json.RawMessage }
		}
	}
	require.NoError(s.t, json.Unmarshal(text, &state))
	require.NotEmpty(s.t, state.Checkpoint.Latest.Resources)
	return len(state.Checkpoint.Latest.Resources)
}

// clearing is a copy of an account that a program can ask, with the settings of its stack.
type clearing struct {
	root    string
	account *aws.Account
	env     []string
}

// copied copies the account into a checkout of its own, and serves it.
func (s *stack) copied() clearing {
	s.t.Helper()
	root := s.t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.local.yaml"} {
		text, err := os.ReadFile(filepath.Join(s.c.Root, name))
		require.NoError(s.t, err)
		require.NoError(s.t, os.WriteFile(filepath.Join(root, name), text, 0o644))
	}
	require.NoError(s.t, os.CopyFS(filepath.Join(root, "models"), os.DirFS(filepath.Join(s.c.Root, "models"))))
	text, err := os.ReadFile(s.c.Account())
	require.NoError(s.t, err)
	file := filepath.Join(root, ".modelway", "aws", "account.json")
	account, err := aws.Open(file)
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(file, text, 0o644))
	server, err := store.Listen(store.Config{Root: root, Folder: filepath.Join(root, ".modelway", "s3"), Account: account,
		Review: func(context.Context, string, string) (store.Subject, error) {
			return store.Subject{}, errors.New("there are no pods")
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(s.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- server.Serve(ctx) }()
	s.t.Cleanup(func() { cancel(); <-over })
	backend := s.t.TempDir()
	return clearing{root: root, account: account, env: append(os.Environ(),
		"PATH="+s.c.Bin()+string(os.PathListSeparator)+os.Getenv("PATH"), "PULUMI_BACKEND_URL=file://"+filepath.ToSlash(backend),
		"PULUMI_CONFIG_PASSPHRASE=", "PULUMI_HOME="+backend, "PULUMI_SKIP_UPDATE_CHECK=true")}
}

// residue runs modelway residue, and returns its exit code and output.
func (s *stack) residue(c clearing, args ...string) (code int, out string) {
	s.t.Helper()
	command := exec.Command(filepath.Join(s.c.Bin(), "modelway"), append([]string{"residue", "--stack", localStack, "--root", c.root, "--local"},
		args...)...)
	command.Env = c.env
	text, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(s.t, err)
	}
	return command.ProcessState.ExitCode(), string(text)
}

// requireCleared requires that what is left in the account is listed, and deleted.
func (s *stack) requireCleared(n int) {
	s.t.Helper()
	c := s.copied()
	others := map[string]string{}
	require.NoError(s.t, c.account.Update(func(state *aws.State) error {
		for typ, inputs := range map[string]aws.Properties{
			aws.Vpc:      {"cidrBlock": "10.99.0.0/16", "tags": map[string]any{"modelway:cluster": "modelway-other"}},
			aws.LogGroup: {"name": "/aws/eks/modelway-" + localStack + "-eu/cluster"},
		} {
			made, err := state.Create(typ, "", inputs)
			if err != nil {
				return err
			}
			others[typ] = made.ID
		}
		return nil
	}))

	code, out := s.residue(c, "--json")
	require.Equal(s.t, 4, code, out)
	var listed struct{ Left []residue.Thing }
	require.NoError(s.t, json.Unmarshal([]byte(out[:lastBrace(out)]), &listed), out)
	require.NotEmpty(s.t, listed.Left)

	code, out = s.residue(c, "--delete", "--yes", localStack)
	require.Equal(s.t, 1, code, "without a state nothing is deleted, unless the stack is said to be gone")
	require.Contains(s.t, out, "the backend has no stack")

	code, out = s.residue(c, "--delete", "--gone", "--yes", localStack, "--cluster", "modelway-"+localStack, "--timeout", "2m")
	require.Zero(s.t, code, "cut %d:\n%s", n, out)
	require.NoError(s.t, c.account.View(func(state *aws.State) error {
		for typ, id := range others {
			require.NotNil(s.t, state.Get(typ, id), "%s of another environment is gone", typ)
			require.NoError(s.t, state.Delete(typ, id))
		}
		left := slices.DeleteFunc(state.Left(), func(what string) bool { return validation.MatchString(what) })
		require.Empty(s.t, left, "cut %d: left in the account:\n%s", n, out)
		return nil
	}))
	s.t.Logf("cut %d: %d things were listed and are gone", n, len(listed.Left))
	code, out = s.residue(c)
	require.Zero(s.t, code, out)
	require.Contains(s.t, out, "left nothing behind")
}

// lastBrace is where the JSON of an output ends, before the error.
func lastBrace(out string) int {
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] == '}' {
			return i + 1
		}
	}
	return 0
}
