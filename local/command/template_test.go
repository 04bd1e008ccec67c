package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTemplate has the Pulumi CLI make a project of the template, which the commands work in.
func TestTemplate(t *testing.T) {
	c := repository(t)
	folder, home := filepath.Join(t.TempDir(), "team-models"), t.TempDir()
	create := exec.Command(filepath.Join(c.Bin(), "pulumi"), "new", filepath.Join(c.Root, "examples", "template"), "--generate-only", "--yes",
		"--name", "team-models", "--dir", folder)
	create.Env = append(os.Environ(), "PULUMI_HOME="+home, "PULUMI_BACKEND_URL=file://"+home, "PULUMI_SKIP_UPDATE_CHECK=true")
	said, err := create.CombinedOutput()
	if err != nil { // it looks for the host of programs in Go after it has written the files
		require.Contains(t, string(said), "pulumi-language-go")
	}
	require.Contains(t, string(said), "Created project 'team-models'")
	for _, file := range []string{"go.mod", "main.go", "README.md", "models/fraud-detection.yaml", ".github/workflows/preview.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		require.NoError(t, err)
		require.NotContains(t, string(text), "${PROJECT}", file)
	}
	for _, verb := range []string{"plan", "cost"} {
		said, err := exec.Command(filepath.Join(c.Bin(), "modelway"), verb, "--stack", "dev", "--root", folder).CombinedOutput()
		require.NoError(t, err, string(said))
		require.Contains(t, string(said), "fraud-detection")
	}
}
