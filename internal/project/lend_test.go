package project_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/project"
)

// TestLentProgramsAreThoseOfTheCheckout requires each program by every name that it has, the newest one, and that which runs the commands
// to be of the project.
func TestLentProgramsAreThoseOfTheCheckout(t *testing.T) {
	checkout, p := project.Checkout{Root: t.TempDir()}, project.Project{Root: t.TempDir()}
	build := func(text string) {
		for _, file := range []string{"bin/modelway-local", "bin/kubectl", "bin/.lock", "node/package.json"} {
			write(t, checkout.Root, ".modelway/"+file+".new", text)
			path := filepath.Join(checkout.Root, ".modelway", file)
			require.NoError(t, os.Chmod(path+".new", 0o755))
			require.NoError(t, os.Rename(path+".new", path))
		}
	}
	build("one")
	require.NoError(t, os.Symlink("modelway-local", filepath.Join(checkout.Bin(), "aws")))
	for _, text := range []string{"one", "one", "another"} {
		build(text)
		require.NoError(t, checkout.Lend(p))
		for name, home := range map[string]string{"modelway-local": p.Root, "aws": p.Root, "kubectl": checkout.Root} {
			program := p.State("bin", name)
			got, err := os.ReadFile(program)
			require.NoError(t, err)
			require.Equal(t, text, string(got))
			info, err := os.Stat(program)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
			lies, err := filepath.EvalSymlinks(program)
			require.NoError(t, err)
			of, ok := project.Of(lies)
			require.True(t, ok)
			require.Equal(t, home, of.Root, name)
		}
	}
	require.FileExists(t, p.State("node", "package.json"))
	left, err := os.ReadDir(p.State("bin"))
	require.NoError(t, err)
	require.Len(t, left, 3, "neither the lock nor what a copy began with")
	leads, err := os.Readlink(p.Lender())
	require.NoError(t, err)
	require.Equal(t, checkout.Root, leads)
}
