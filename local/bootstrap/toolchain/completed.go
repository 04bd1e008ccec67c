package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// lacking is a Go module without files that a release makes before it is built: Go embeds them, and does not build without.
type lacking struct {
	// module is its path, at the version that the item's module pins.
	module string
	// files are what it lacks, by their paths in it.
	files map[string]string
}

// build copies the module, adds what it lacks, and builds the item's package there, with the module's own go.mod.
func (l lacking) build(ctx context.Context, item Item, layout Layout, machine Machine, task *Task) error {
	dir := filepath.Join(layout.Root, item.Module)
	flags, err := item.linkerFlags(dir)
	if err != nil {
		return err
	}
	task.show("downloading")
	described := &bytes.Buffer{}
	if err := task.run(ctx, dir, described, func(string) {}, "go", "mod", "download", "-json", l.module); err != nil {
		return fmt.Errorf("downloading %s: %w", l.module, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(described.Bytes(), &module); err != nil {
		return fmt.Errorf("downloading %s: %w", l.module, err)
	}
	folder := filepath.Join(".modelway", "build", item.Name)
	copied := filepath.Join(layout.Root, folder)
	defer os.RemoveAll(copied)
	if err := l.complete(module.Dir, copied); err != nil {
		return fmt.Errorf("copying %s: %w", l.module, err)
	}
	item.Module, item.LinkerFlags = folder, func(string) (string, error) { return flags, nil }
	return buildProgram(ctx, item, layout, machine, task)
}

// complete makes target the module with the files that it lacks. Files of the module cache are read-only; those of target are not.
func (l lacking) complete(source, target string) error {
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(source, path)
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return writeBelow(target, relative, content)
	})
	for path, content := range l.files {
		if err == nil {
			err = writeBelow(target, path, []byte(content))
		}
	}
	return err
}

func writeBelow(dir, path string, content []byte) error {
	file := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o644)
}
