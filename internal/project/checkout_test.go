package project_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/project"
)

// TestCheckouts requires the checkout to be the project itself, the folder that its go.mod names, or a clone of the version that it requires,
// which is kept.
func TestCheckouts(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	origin := t.TempDir()
	write(t, origin, "Pulumi.yaml", "")
	write(t, origin, "local/bootstrap/go.mod", "module bootstrap\n")
	write(t, origin, "go.mod", "module github.com/modelway/modelway\n\ngo 1.26\n")
	git(t, origin, "init", "--quiet")
	git(t, origin, "add", ".")
	git(t, origin, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "one")
	git(t, origin, "tag", "v1.2.3")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "url."+origin+".insteadOf")
	t.Setenv("GIT_CONFIG_VALUE_0", "https://github.com/modelway/modelway")

	find := func(folder string) (project.Checkout, string, error) {
		p, err := project.Find(folder)
		require.NoError(t, err)
		var told bytes.Buffer
		c, err := p.Checkout(t.Context(), &told)
		return c, told.String(), err
	}
	c, told, err := find(filepath.Join(origin, "local", "bootstrap"))
	require.NoError(t, err)
	require.Equal(t, origin, c.Root)
	require.Empty(t, told)

	replaced := t.TempDir()
	write(t, replaced, "Pulumi.yaml", "")
	mod := "module example.com/team\n\ngo 1.26\n\nrequire github.com/modelway/modelway "
	write(t, replaced, "go.mod", mod+"v0.0.0\n\nreplace github.com/modelway/modelway => "+origin+"\n")
	c, told, err = find(replaced)
	require.NoError(t, err)
	require.Equal(t, origin, c.Root)
	require.Empty(t, told)

	released := t.TempDir()
	write(t, released, "Pulumi.yaml", "")
	write(t, released, "go.mod", mod+"v1.2.3\n")
	c, told, err = find(released)
	require.NoError(t, err, told)
	require.True(t, c.Complete())
	require.Equal(t, filepath.Join(os.Getenv("XDG_CACHE_HOME"), "modelway", "checkouts", "v1.2.3"), c.Root)
	require.Contains(t, told, "Getting Modelway v1.2.3 from https://github.com/modelway/modelway into "+c.Root)
	again, told, err := find(released)
	require.NoError(t, err)
	require.Equal(t, c, again)
	require.Empty(t, told)

	write(t, released, "go.mod", mod+"v1.9.9\n")
	_, _, err = find(released)
	require.ErrorContains(t, err, "getting Modelway v1.9.9 from https://github.com/modelway/modelway: ")
	require.ErrorContains(t, err, "; fix: check the network and the version")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(c.Root), ".new-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func write(t *testing.T, root, file, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(file))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

func git(t *testing.T, folder string, args ...string) {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", folder}, args...)...).CombinedOutput()
	require.NoError(t, err, string(out))
}
