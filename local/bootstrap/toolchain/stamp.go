package toolchain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// hash is over the Go version, platform and build flags, the item's definition and the contents of its inputs.
// Inputs are walked in name order; tests, documentation and nested modules do not go into a program.
func (i Item) hash(layout Layout, machine Machine) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, i.Name, i.Package, i.Produces)
	if i.Package != "" {
		flags, err := i.linkerFlags(filepath.Join(layout.Root, i.Module))
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, machine.GoVersion, machine.Platform, goFlags, flags)
		if i.Tags != "" {
			fmt.Fprintln(sum, "tags", i.Tags)
		}
	}
	for _, input := range i.Inputs {
		start := filepath.Join(layout.Root, input)
		if _, err := os.Stat(start); err != nil && input != i.Module {
			continue // go build says what is missing, better than a hash can
		}
		err := filepath.WalkDir(start, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if path != start && skipFolder(path, entry.Name()) {
					return filepath.SkipDir
				}
				return nil
			}
			if !entry.Type().IsRegular() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, ".md") {
				return nil
			}
			return addFile(sum, layout.Root, path)
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func skipFolder(path, name string) bool {
	if strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || strings.HasSuffix(path, "local/tools") ||
		strings.HasSuffix(path, "local/npm") {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil
}

func addFile(sum io.Writer, root, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	content := sha256.New()
	if _, err := io.Copy(content, file); err != nil {
		return err
	}
	fmt.Fprintf(sum, "%s %x\n", filepath.ToSlash(relative), content.Sum(nil))
	return nil
}
