package artifact_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/artifact"
)

func folder(contents map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for path, content := range contents {
		files[path] = &fstest.MapFile{Data: []byte(content)}
	}
	return files
}

func digest(t require.TestingT, contents map[string]string) string {
	manifest, err := artifact.OfFolder(folder(contents))
	require.NoError(t, err)
	return manifest.Digest()
}

// TestManifest pins the form: digests stand in model files, and must not change with this program.
func TestManifest(t *testing.T) {
	manifest, err := artifact.OfFolder(folder(map[string]string{
		"b.txt": "hello\n", "a/z": "1", "a-b": "2", "empty": "", "a/empty/deep": "", "ünï": "3",
	}))
	require.NoError(t, err)
	sum := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	want := sum("2") + "  1  a-b\n" + sum("1") + "  1  a/z\n" + sum("hello\n") + "  6  b.txt\n" + sum("3") + "  1  ünï\n"
	require.Equal(t, want, manifest.Text())
	require.Equal(t, "sha256:"+sum(want), manifest.Digest())
	require.Equal(t, int64(9), manifest.Size())
}

// someFiles are files with names and contents of any kind. No name is the folder of another.
func someFiles() *rapid.Generator[map[string]string] {
	return rapid.Custom(func(t *rapid.T) map[string]string {
		paths := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9 ._~äßπ漢\x{1F600}-]{1,6}(/[a-cé ]{1,3}){0,3}`), 1, 8, rapid.ID).Draw(t,
			"paths")
		files := map[string]string{}
		for _, path := range paths {
			inside := func(other string) bool {
				return strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
			}
			if artifact.CheckPath(path) == nil && !slices.ContainsFunc(slices.Collect(maps.Keys(files)), inside) {
				files[path] = rapid.StringN(0, 20, -1).Draw(t, "content")
			}
		}
		return files
	})
}

func list(contents map[string]string) (files []artifact.File) {
	for path, content := range contents {
		file, _ := artifact.Hash(path, strings.NewReader(content))
		files = append(files, file)
	}
	return files
}

// A folder, and a listing of its contents in any order, have one digest; empty files and names of folders have no part in it.
func TestOrderAndEmptyFilesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		contents := someFiles().Draw(t, "files")
		files := list(contents)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "order"))).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		files = append(files, artifact.File{Path: "folder/", Size: 4, Sum: "x"}, artifact.File{Path: "nothing-0"})
		listed, err := artifact.Of(files...)
		require.NoError(t, err)
		want := digest(t, contents)
		require.Equal(t, want, listed.Digest())
		require.Regexp(t, regexp.MustCompile(artifact.Pattern), want)

		onDisk, err := os.MkdirTemp("", "artifact")
		require.NoError(t, err)
		defer os.RemoveAll(onDisk)
		for path, content := range contents {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(onDisk, path)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(onDisk, path), []byte(content), 0o644))
		}
		read, err := artifact.OfFolder(os.DirFS(onDisk))
		require.NoError(t, err)
		require.Equal(t, want, read.Digest())
	})
}

// One byte that differs, a name that differs, contents that change places, and a file more or less change the digest.
func TestEveryChangeShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		contents := someFiles().Filter(func(files map[string]string) bool {
			return slices.ContainsFunc(slices.Collect(maps.Values(files)), func(s string) bool { return s != "" })
		}).Draw(t, "files")
		before := digest(t, contents)
		full := slices.Sorted(maps.Keys(contents))
		full = slices.DeleteFunc(full, func(path string) bool { return contents[path] == "" })
		path := rapid.SampledFrom(full).Draw(t, "path")

		changed := maps.Clone(contents)
		bytes := []byte(changed[path])
		bytes[rapid.IntRange(0, len(bytes)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		changed[path] = string(bytes)
		require.NotEqual(t, before, digest(t, changed), "a byte of %s", path)

		renamed := maps.Clone(contents)
		delete(renamed, path)
		require.NotEqual(t, before, digest(t, renamed), "%s is gone", path)
		renamed[path+"~1"] = contents[path]
		require.NotEqual(t, before, digest(t, renamed), "%s has another name", path)

		longer := maps.Clone(contents)
		longer[path] += "0"
		require.NotEqual(t, before, digest(t, longer), "%s is longer", path)
		more := maps.Clone(contents)
		more["more~"] = "x"
		require.NotEqual(t, before, digest(t, more))
	})
}

func TestPathsThatLeadOutAreRefused(t *testing.T) {
	for _, path := range []string{"..", "../x", "a/../../x", "/etc/passwd", "a//b", "./a", "a/.", "a\nb", "a\x00", `a\b`, "\xff", "", "."} {
		require.Error(t, artifact.CheckPath(path), "%q", path)
		_, err := artifact.Of(artifact.File{Path: path, Size: 1, Sum: "x"})
		require.ErrorContains(t, err, "is not that of a file below a folder", "%q", path)
	}
	_, err := artifact.Of(artifact.File{Path: "a", Size: 1}, artifact.File{Path: "a", Size: 2})
	require.ErrorContains(t, err, `the path "a" stands twice`)
}

func TestSymbolicLinksAreRefused(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a"), []byte("x"), 0o644))
	require.NoError(t, os.Symlink("a", filepath.Join(folder, "b")))
	_, err := artifact.OfFolder(os.DirFS(folder))
	require.ErrorContains(t, err, "b is a symbolic link: a model has regular files only; put the file itself there")
}

func TestLocation(t *testing.T) {
	l, err := artifact.ParseLocation("s3://models/churn/3/")
	require.NoError(t, err)
	require.Equal(t, artifact.Location{Bucket: "models", Prefix: "churn/3/"}, l)
	require.Equal(t, "s3://models/churn/3/", l.String())
	path, err := l.Path(l.Key("a/b"))
	require.NoError(t, err)
	require.Equal(t, "a/b", path)
	for _, key := range []string{"churn/3/../../x", "churn/3//x", "churn/3/", "churn/30/x"} {
		_, err := l.Path(key)
		require.ErrorContains(t, err, "the key", key)
	}
	for uri, want := range map[string]string{
		"models/churn/":      "is not an address in S3",
		"gs://models/churn/": "is not an address in S3",
		"s3://M/churn/":      `names the bucket "M"`,
		"s3:///churn/":       `names the bucket ""`,
		"s3://models/":       "name the folder of one version of a model, such as s3://models/churn/1/",
		"s3://models":        "write s3://models/",
		"s3://models/churn":  "write s3://models/churn/",
		"s3://models/a//":    "is not that of a file below a folder",
		"s3://models/../b/":  "is not that of a file below a folder",
	} {
		_, err := artifact.ParseLocation(uri)
		require.ErrorContains(t, err, want, uri)
	}
	all, err := artifact.ParsePlace("s3://models/")
	require.NoError(t, err)
	require.Equal(t, "s3://models/", all.String())
}
