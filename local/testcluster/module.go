package testcluster

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Module returns the folder of a Go module's files, after downloading it. dir is the folder of the go.mod that pins it, or "" for
// path@version. The test is skipped where it cannot be downloaded.
func Module(t testing.TB, dir, module string) string {
	t.Helper()
	command := exec.Command("go", "mod", "download", "-json", module)
	command.Dir = dir
	if dir == "" {
		command.Dir = t.TempDir()
	}
	out, err := command.Output()
	var downloaded struct{ Dir, Error string }
	if json.Unmarshal(out, &downloaded) != nil || downloaded.Error != "" || downloaded.Dir == "" {
		t.Skipf("the Go module %s cannot be downloaded: %v %s", module, err, downloaded.Error)
	}
	return downloaded.Dir
}

// Objects reads the objects in the YAML files that a pattern matches, one in each.
func Objects(t testing.TB, pattern string) []*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files, pattern)
	var objects []*unstructured.Unstructured
	for _, file := range files {
		object := &unstructured.Unstructured{}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(text, &object.Object), file)
		objects = append(objects, object)
	}
	return objects
}
