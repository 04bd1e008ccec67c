package kubelet

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// filesBelow reads what a program sees of a volume.
func filesBelow(t require.TestingT, dir string) map[string]string {
	all := map[string]string{}
	var walk func(string)
	walk = func(below string) {
		entries, err := os.ReadDir(filepath.Join(dir, below))
		require.NoError(t, err)
		for _, entry := range entries {
			path := filepath.Join(below, entry.Name())
			if strings.HasPrefix(path, "..") {
				continue
			}
			info, err := os.Stat(filepath.Join(dir, path))
			require.NoError(t, err, path)
			if info.IsDir() {
				walk(path)
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, path))
			require.NoError(t, err)
			all[path] = string(text)
		}
	}
	walk("")
	return all
}

func TestVolumesShowWhatWasWrittenLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "volume")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		payload := rapid.MapOf(rapid.SampledFrom([]string{"a", "b", "c/d", "c/e/f", ".hidden"}), rapid.StringMatching(`[a-z]{0,3}`))
		for range rapid.IntRange(1, 4).Draw(t, "writes") {
			want := payload.Draw(t, "files")
			files := map[string]file{}
			for path, text := range want {
				files[path] = file{[]byte(text), 0o644}
			}
			require.NoError(t, writeVolume(dir, files))
			require.Equal(t, want, filesBelow(t, dir))
		}
		folders, err := filepath.Glob(filepath.Join(dir, "..20*"))
		require.NoError(t, err)
		require.Len(t, folders, 1, "nothing of before is left")
	})
}

func TestVolumesKeepModesAndRefusePathsOutside(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeVolume(dir, map[string]file{"key": {[]byte("x"), 0o440}}))
	info, err := os.Stat(filepath.Join(dir, "key"))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o440), info.Mode().Perm())
	for _, path := range []string{"../x", "/x", "..x", ""} {
		require.ErrorContains(t, writeVolume(dir, map[string]file{path: {}}), "allowed: a relative path", path)
		require.Equal(t, map[string]string{"key": "x"}, filesBelow(t, dir), "what was there stays")
	}
}

func TestLogsAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pods", "a.log")
	for range 2 { // a container that starts again goes on in the same file
		log, err := openLog(path, 10)
		require.NoError(t, err)
		for _, text := range []string{"one\n", "two\n", "three\n"} {
			_, err := log.Write([]byte(text))
			require.NoError(t, err)
		}
		require.NoError(t, log.Close())
	}
	now, err := os.ReadFile(path)
	require.NoError(t, err)
	before, err := os.ReadFile(path + ".1")
	require.NoError(t, err)
	require.Equal(t, "two\nthree\n", string(now))
	require.Equal(t, "three\none\n", string(before))
}

func TestLogTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	require.Empty(t, logTail(path))
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("x\n", 200)), 0o644))
	require.Equal(t, strings.Repeat("x\n", 80), logTail(path))
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("y", 5000)), 0o644))
	require.Len(t, logTail(path), 2048)
}

func TestRewrite(t *testing.T) {
	mounts := []mount{{Source: "/pods/1/models", Path: "/mnt/models"}, {Source: "/pods/1/own", Path: "/mnt/models/own"},
		{Source: "/pods/1/tmp", Path: "/tmp"}}
	for text, want := range map[string]string{
		"/mnt/models":              "/pods/1/models",
		"--dir=/mnt/models/a.json": "--dir=/pods/1/models/a.json",
		"/mnt/models/own/x":        "/pods/1/own/x",
		"/mnt/models2":             "/mnt/models2",
		"/mnt/models-2":            "/mnt/models-2",
		"/srv/mnt/models":          "/srv/mnt/models",
		"file:///mnt/models":       "file:///pods/1/models",
		"a:/tmp:/mnt/models":       "a:/pods/1/tmp:/pods/1/models",
		`{"path":"/mnt/models"}`:   `{"path":"/pods/1/models"}`,
		"http://host/mnt/models":   "http://host/mnt/models",
		"/mnt":                     "/mnt",
		"":                         "",
		"cat " + temporaryPath + "/a /mnt/models/own.": "cat /pods/1/tmp/a /pods/1/models/own.",
	} {
		require.Equal(t, want, rewrite(text, mounts), text)
	}
}
