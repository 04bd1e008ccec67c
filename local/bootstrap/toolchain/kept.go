package toolchain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
)

// Kept tells of what a first run has left outside of the checkout, how large it is, and what removes it.
func Kept(ctx context.Context, layout Layout, out io.Writer) error {
	builds, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		return fmt.Errorf("asking for Go's build cache: %w", err)
	}
	downloads := Cache(layout)
	for _, folder := range []struct{ what, path, remove string }{
		{"downloaded programs", downloads, fmt.Sprintf("rm -r %q", downloads)},
		{"Go's build cache, of all projects", string(bytes.TrimSpace(builds)), "go clean -cache"},
	} {
		if size := sizeOf(folder.path); size > 0 {
			fmt.Fprintf(out, "kept: %s, %.1f GB in %s; to remove it: %s\n", folder.what, float64(size)/1e9, folder.path, folder.remove)
		}
	}
	return nil
}

// sizeOf is the size of the files of a folder that can be read.
func sizeOf(folder string) (total int64) {
	_ = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
		return nil
	})
	return total
}
