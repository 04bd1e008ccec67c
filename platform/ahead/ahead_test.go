package ahead_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/platform/ahead"
)

// TestNothingUsesAProviderWithoutAVersion holds for resources and for what the program asks AWS, in every environment of the repository:
// the engine would make a default provider without a version, and report it as deleted in an unchanged tree.
func TestNothingUsesAProviderWithoutAVersion(t *testing.T) {
	for _, pattern := range []string{"Pulumi.*.yaml", "examples/configurations/Pulumi.*.yaml"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			for _, options := range [][]recorder.Option{nil, {recorder.WithPreview()}} {
				found, err := ahead.LookAt("../..", file, options...)
				require.NoError(t, err, file)
				require.Empty(t, found.Unpinned, file)
			}
		}
	}
}
