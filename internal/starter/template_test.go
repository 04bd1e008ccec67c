package starter_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/modelway/modelway/internal/starter"
)

var update = flag.Bool("update", false, "rewrite the template")

// TestTemplate requires examples/template to be what `modelway new` makes, with the placeholders of `pulumi new`.
func TestTemplate(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	require.NoError(t, err)
	mod, err := modfile.ParseLax("go.mod", text, nil)
	require.NoError(t, err)
	wanted, err := starter.Template(mod.Go.Version)
	require.NoError(t, err)
	folder := filepath.Join(repository, "examples", "template")
	if *update {
		require.NoError(t, os.RemoveAll(folder))
		for name, text := range wanted {
			file := filepath.Join(folder, filepath.FromSlash(name))
			require.NoError(t, errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, text, 0o644)))
		}
	}
	there := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if err == nil {
			there[filepath.ToSlash(name)], err = os.ReadFile(file)
		}
		return err
	}))
	require.Equal(t, wanted, there, "`make golden` writes it")
}
