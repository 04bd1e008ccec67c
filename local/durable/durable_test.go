package durable

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteFileReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, WriteFile(path, []byte("one"), 0o600))
	require.NoError(t, Backup(path))
	require.NoError(t, WriteFile(path, []byte("two"), 0o644))
	require.Equal(t, "two", read(t, path))
	require.Equal(t, "one", read(t, BackupOf(path)))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), info.Mode())
}

// TestFullDisk fills a small disk: what was there stays whole.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(smallDisk(t), "file")
	require.NoError(t, WriteFile(path, []byte("before"), 0o644))
	err := WriteFile(path, bytes.Repeat([]byte("after"), 100<<10), 0o644)
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.ErrorContains(t, err, path)
	require.Equal(t, "before", read(t, path))
	require.NoError(t, WriteFile(path, []byte("after"), 0o644), "the temporary file still takes the disk")
}

// smallDisk is a file system of 256 KiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Skipf("mounting a file system is not permitted here: %v: %s", err, out)
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", folder).Run()) })
	return folder
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

// TestRemoveAllOpensFolders removes folders that nobody may read. Root may read them all the same.
func TestRemoveAllOpensFolders(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "b", "c"), 0o755))
	require.NoError(t, os.Chmod(filepath.Join(folder, "b", "c"), 0))
	require.NoError(t, os.Chmod(filepath.Join(folder, "b"), 0o300))
	require.NoError(t, RemoveAll(folder))
	require.NoDirExists(t, folder)
	require.NoError(t, RemoveAll(folder))
}
