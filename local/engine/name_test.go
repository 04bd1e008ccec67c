package engine

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestARenamedProject requires a project to keep its name while it has a stack.
func TestARenamedProject(t *testing.T) {
	p := Project{Root: t.TempDir(), Stack: "s", Folder: t.TempDir()}
	call := func(name string) { require.NoError(t, os.WriteFile(p.file(), []byte("name: "+name+"\n"), 0o600)) }
	call("churn")
	require.Empty(t, p.Stacks())
	require.NoError(t, p.checkName())
	require.NoError(t, os.MkdirAll(filepath.Dir(p.StateFile("s")), 0o755))
	require.NoError(t, os.WriteFile(p.StateFile("s"), []byte(goodState), 0o600))
	require.NoError(t, p.checkName())

	call("models")
	require.Equal(t, []string{"s"}, p.Stacks(), "which down and status act on")
	require.EqualError(t, p.checkName(), p.file()+`: name is "models", but stack s is of project "churn"; fix: write `+
		"`name: churn`, and change it after `modelway down`")
	call("churn")
	require.NoError(t, p.checkName(), "the fix")
}
