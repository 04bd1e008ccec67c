package config

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write generated files and expected messages anew")

// projectRoot is the folder of Pulumi.yaml, seen from this package.
const projectRoot = "../.."

// requireGolden compares a generated text with the file that holds it, or writes the file with -update.
func requireGolden(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		return
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "run: go test ./internal/config -update")
	require.Equal(t, string(want), text, "%s is out of date; run: go test ./internal/config -update", name)
}
