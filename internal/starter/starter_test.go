package starter_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/starter"
)

const repository = "../.."

// TestFolders requires an empty folder, and one that Git has been prepared in, to be taken, and all files to be written.
func TestFolders(t *testing.T) {
	checkout, err := filepath.Abs(repository)
	require.NoError(t, err)
	for _, made := range []string{"", "team", "team/.git"} {
		root := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(root, made), 0o755))
		r := starter.Repository{Folder: filepath.Join(root, "team"), Module: "example.com/team", Go: "1.26.8", Checkout: checkout}
		require.NoError(t, r.Write())
		for _, file := range []string{"go.mod", "main.go", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.local.yaml", "models/fraud-detection.yaml",
			".gitignore", ".github/workflows/preview.yaml", "README.md"} {
			require.FileExists(t, filepath.Join(r.Folder, file))
		}
	}
}

// TestReleasesAreRequired requires go.mod to have the version of the program, and its command as a tool.
func TestReleasesAreRequired(t *testing.T) {
	for _, version := range []string{"v1.2.3", "v0.0.0-20261130120000-0123456789ab"} {
		r := starter.Repository{Folder: filepath.Join(t.TempDir(), "team"), Module: "team", Go: "1.26.8", Version: version}
		require.NoError(t, r.Write())
		text, err := os.ReadFile(filepath.Join(r.Folder, "go.mod"))
		require.NoError(t, err)
		require.Equal(t, "module team\n\ngo 1.26.8\n\ntool github.com/modelway/modelway/cmd/modelway\n\nrequire github.com/modelway/modelway "+
			version+"\n", string(text))
	}
	for _, version := range []string{"devel", "v1.2.3+dirty", "devel abcdef", ""} {
		r := starter.Repository{Folder: filepath.Join(t.TempDir(), "team"), Module: "team", Go: "1.26.8", Version: version}
		require.ErrorContains(t, r.Write(), "which go.mod cannot require")
	}
}

// TestActionsArePinnedAsHere requires each action of the repository's workflow at the commit that those of this repository use.
func TestActionsArePinnedAsHere(t *testing.T) {
	uses := regexp.MustCompile(`uses: (\S+@\S+ # \S+)`)
	here := map[string]bool{}
	require.NoError(t, filepath.WalkDir(filepath.Join(repository, ".github"), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		for _, found := range uses.FindAllStringSubmatch(string(text), -1) {
			here[found[1]] = true
		}
		return err
	}))
	text, err := os.ReadFile("_files/.github/workflows/preview.yaml")
	require.NoError(t, err)
	all := uses.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, all)
	for _, found := range all {
		require.True(t, here[found[1]], found[1])
	}
}
