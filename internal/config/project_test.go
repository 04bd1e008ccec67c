package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/strict"
)

// TestProjectDeclaresEveryKey compares the config section of Pulumi.yaml with the keys and defaults of this package. Pulumi
// lays a default of the project in place of a key that the stack does not set, and demands declared keys without one.
func TestProjectDeclaresEveryKey(t *testing.T) {
	project, err := workspace.LoadProject(filepath.Join(projectRoot, "Pulumi.yaml"))
	require.NoError(t, err)
	require.NoError(t, project.Validate())
	require.Equal(t, Namespace, string(project.Name))
	require.Equal(t, "go", project.Runtime.Name())
	require.Equal(t, rootSchema().Names(), sortedKeys(project.Config))

	want := document(strict.ToDocument(Defaults("dev", "")))
	want.Drop(path{"cluster", "name"})
	want.Drop(path{"cluster", "adminRoleArns"})
	want.Drop(path{"policies", "production"}) // which follows the stack
	for name, declared := range project.Config {
		require.Equal(t, rootSchema().Properties[name].Type, declared.TypeName(), name)
		require.NotEmpty(t, declared.Description, name)
		require.NotNil(t, declared.Default, "%s: Pulumi would demand it of every stack", name)
		wanted, err := json.Marshal(want[name])
		require.NoError(t, err)
		given, err := json.Marshal(declared.Default)
		require.NoError(t, err)
		require.JSONEq(t, string(wanted), string(given), name)
	}
}

// TestProjectFilesAreMovable fails when a project or stack file names a folder of one machine.
func TestProjectFilesAreMovable(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(projectRoot, "Pulumi*.yaml"))
	require.NoError(t, err)
	require.Len(t, files, 4)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotRegexp(t, `(?m)[:\s"'](/|~/|\.\./)[A-Za-z]`, string(text), file)
	}
}
