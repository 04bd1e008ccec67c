package ahead_test

import (
	"os"
	"path/filepath"
	"regexp"
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

// TestRefusalsShowTheFile has a fault of a stack whose models Argo CD delivers, which is looked at as if it handed over.
func TestRefusalsShowTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Pulumi.prod.yaml")
	text, err := os.ReadFile("../../examples/configurations/Pulumi.fargate-only.yaml")
	require.NoError(t, err)
	require.NotContains(t, string(text), "modelway:argocd")
	delivered := regexp.MustCompile(`(?m)^  modelway:models:$`).ReplaceAllString(string(text),
		"$0\n    delivery: argocd\n    git: {repository: 'https://github.com/company/platform.git'}")
	require.NotEqual(t, string(text), delivered)
	require.NoError(t, os.WriteFile(file, []byte(delivered), 0o600))
	_, err = ahead.LookAt("../..", file)
	require.ErrorContains(t, err, "Argo CD is not installed")
	require.ErrorContains(t, err, "argocd")
	require.NotContains(t, err.Error(), "handover")
}
