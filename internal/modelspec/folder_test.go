package modelspec_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

// TestFoldersOfTeams requires the team of a folder as the owner of its models, unless the file names one, and one Invalid
// for a name that two files have, of which neither is served.
func TestFoldersOfTeams(t *testing.T) {
	files := folder(map[string]string{
		"a.yaml":          "name: a\nimage: acme/a:1\n",
		"risk/b.yaml":     "name: b\nimage: acme/b:1\n",
		"risk/c.yaml":     "name: c\nimage: acme/c:1\nowner: fraud\n",
		"risk/d.yaml":     "name: d\nimage: acme/d:1\n",
		"growth/e.yaml":   "name: e\nimage: acme/e:1\n",
		"growth/.f.yaml":  "name: f\n",
		".hidden/g.yaml":  "name: g\n",
		"risk/README.md":  "",
		"empty/README.md": "",
	})
	set, err := modelspec.Read(files, "models", nil)
	require.NoError(t, err)
	require.Empty(t, set.Invalid)
	owners := map[string]string{}
	for _, m := range set.Models {
		owners[m.Name] = m.Owner
	}
	require.Equal(t, map[string]string{"a": "", "b": "risk", "c": "fraud", "d": "risk", "e": "growth"}, owners)
	require.Equal(t, "models/risk/c.yaml:3", set.Place("c", "owner"))

	for name, want := range map[string]string{"a": "models/a.yaml", "b": "models/risk/b.yaml", "f": "", "z": ""} {
		file, err := modelspec.Locate(files, "models", name)
		require.NoError(t, err)
		require.Equal(t, want, file)
	}
	below, err := fs.Sub(files, "models")
	require.NoError(t, err)
	file, err := modelspec.Locate(below, ".", "b")
	require.NoError(t, err)
	require.Equal(t, "risk/b.yaml", file)

	files["models/growth/b.yaml"] = &fstest.MapFile{Data: []byte("name: b\nimage: acme/b:latest\n")}
	set, err = modelspec.Read(files, "models", nil)
	require.NoError(t, err)
	require.Len(t, set.Models, 4)
	require.Len(t, set.Invalid, 1)
	require.Equal(t, "b", set.Invalid[0].Name)
	for _, part := range []string{`models/risk/b.yaml: "b" is the name of the model in models/growth/b.yaml, too`, "models/growth/b.yaml:2: image:"} {
		require.ErrorContains(t, set.Invalid[0].Faults, part)
	}
	_, err = modelspec.Locate(files, "models", "b")
	require.ErrorContains(t, err, `models/risk/b.yaml: "b" is the name of the model in models/growth/b.yaml, too`)
	_, err = modelspec.Locate(files, "elsewhere", "b")
	require.ErrorContains(t, err, `reading the models folder "elsewhere"`)
}
