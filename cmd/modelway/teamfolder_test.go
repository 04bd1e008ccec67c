package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// TestPromoteChangesAFileInAFolderOfATeam wants the file changed where it is, and no second one of its name.
func TestPromoteChangesAFileInAFolderOfATeam(t *testing.T) {
	t.Chdir(t.TempDir())
	digest := func(two string) string { return "sha256:" + strings.Repeat(two, 32) }
	write(t, ".", map[string]string{"models/risk/churn.yaml": "name: churn\nmodel: {format: mlflow, uri: s3://models/churn/1/, digest: " +
		digest("01") + "}\ncanary:\n  model: {uri: s3://models/churn/2/, digest: " + digest("02") + "}\n  weight: 10\n"})
	out, _ := succeed(t, "promote", "churn", "--finish", "--apply")
	require.Contains(t, out, "models/risk/churn.yaml is changed: deploy it")
	text, err := os.ReadFile("models/risk/churn.yaml")
	require.NoError(t, err)
	require.Contains(t, string(text), "\n  weight: 100\n")
	require.NoFileExists(t, "models/churn.yaml")

	code, _, notes := run("promote", "churn", "--remove")
	require.Equal(t, exitFailed, code)
	require.Contains(t, notes, "models/risk/churn.yaml has 100 percent")
	write(t, ".", map[string]string{"models/churn.yaml": "name: churn\nimage: a:1\n"})
	for _, command := range [][]string{{"promote", "churn", "--finish"}, {"trace", "churn"}, {"train", "churn", "--pipelines", "http://localhost:1"}} {
		code, _, notes = run(command...)
		require.Equal(t, exitFailed, code)
		require.Contains(t, notes, `models/risk/churn.yaml: "churn" is the name of the model in models/churn.yaml, too`, command)
	}
}

// TestRenderOfAModelInAFolderOfATeam wants one file of the model's name, with the same objects but for the owner that the folder tells.
func TestRenderOfAModelInAFolderOfATeam(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel + "owner: risk\n"})
	rendered := func() string {
		succeed(t, "render", "--root", root, "--stack", "test")
		text, err := os.ReadFile(filepath.Join(root, "rendered/test/models/churn.yaml"))
		require.NoError(t, err)
		return string(text)
	}
	before := rendered()
	require.NoError(t, os.Mkdir(filepath.Join(root, "models/risk"), 0o755))
	require.NoError(t, os.Remove(filepath.Join(root, "models/churn.yaml")))
	require.NoError(t, os.WriteFile(filepath.Join(root, "models/risk/churn.yaml"), []byte("name: churn\n"+someModel), 0o600))
	require.Equal(t, before, rendered())
	index, err := os.ReadFile(filepath.Join(root, "rendered/test/index.yaml"))
	require.NoError(t, err)
	var found struct {
		Models map[string]struct{ Owner string }
	}
	require.NoError(t, yaml.Unmarshal(index, &found))
	require.Equal(t, "risk", found.Models["churn"].Owner)
}
