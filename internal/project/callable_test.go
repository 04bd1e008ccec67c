package project_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/project"
)

func TestCallable(t *testing.T) {
	write := func(file, text string) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o755))
	}
	clone, imports, plain, tools := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	for _, folder := range []string{clone, imports, plain} {
		write(filepath.Join(folder, "Pulumi.yaml"), "name: modelway\n")
	}
	write(filepath.Join(clone, "local", "bootstrap", "go.mod"), "module m\n")
	write(filepath.Join(clone, "models", "churn.yaml"), "")
	write(filepath.Join(imports, "go.mod"), "module team\n\ntool github.com/modelway/modelway/cmd/modelway\n")
	write(filepath.Join(plain, "go.mod"), "module team\n")
	write(filepath.Join(tools, "modelway"), "#!/bin/sh\n")

	const text = "fix: run `modelway down` and `modelway up`"
	t.Setenv("PATH", t.TempDir())
	for folder, want := range map[string]string{
		clone:                          "fix: run `.modelway/bin/modelway down` and `.modelway/bin/modelway up`",
		filepath.Join(clone, "models"): "fix: run `../.modelway/bin/modelway down` and `../.modelway/bin/modelway up`",
		imports:                        "fix: run `go tool modelway down` and `go tool modelway up`",
		plain:                          text,
		t.TempDir():                    text,
	} {
		require.Equal(t, want, project.Callable(text, folder))
	}
	require.Equal(t, "`STACK=prod go tool modelway ci plan`", project.Callable("`STACK=prod modelway ci plan`", imports))
	t.Setenv("PATH", tools)
	require.Equal(t, text, project.Callable(text, clone))
}
