package checkout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/local/durable"
)

// copied are the files that a stack reads, by their paths in a checkout.
var copied = []string{"Pulumi.yaml", "Pulumi.local.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "models", "policies/PulumiPolicy.yaml",
	"pipelines", "local/go.mod", "local/charts", "local/manifests", "local/tools/kserve"}

// Copy makes a checkout of its own in an empty folder, with what a stack reads and the programs that were built for c: for what must
// not touch the stack of c.
func (c Checkout) Copy(folder string) (Checkout, error) {
	to := Checkout{Root: folder}
	if !exists(filepath.Join(c.Bin(), "modelway-local")) {
		return to, fmt.Errorf("the local stack's programs are not in %s: run `make tools`", c.Bin())
	}
	for _, path := range copied {
		if err := copyAll(filepath.Join(c.Root, path), filepath.Join(to.Root, path)); err != nil {
			return to, err
		}
	}
	if err := os.MkdirAll(to.Bin(), 0o755); err != nil {
		return to, err
	}
	programs, err := os.ReadDir(c.Bin())
	if err != nil {
		return to, err
	}
	for _, program := range programs {
		if strings.HasPrefix(program.Name(), ".") {
			continue
		}
		if err := link(filepath.Join(c.Bin(), program.Name()), filepath.Join(to.Bin(), program.Name())); err != nil {
			return to, err
		}
	}
	for _, environments := range []string{"python", "training"} {
		if !exists(c.State(environments)) {
			continue
		}
		if err := os.Symlink(c.State(environments), to.State(environments)); err != nil {
			return to, err
		}
	}
	return to, os.Symlink(c.State("node"), to.State("node"))
}

// link makes a program one of another folder, which a symbolic link would not. Across file systems it takes a copy.
func link(source, target string) error {
	info, err := os.Lstat(source)
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSymlink != 0 {
		leads, err := os.Readlink(source)
		if err != nil {
			return err
		}
		return os.Symlink(leads, target)
	}
	if os.Link(source, target) == nil {
		return nil
	}
	return copyAll(source, target)
}

func copyAll(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return durable.WriteFile(to, data, info.Mode().Perm())
}

// LinkPrograms gives another checkout the programs that were built for c, with what tells whether they are up to date, so that it builds
// only what differs.
func (c Checkout) LinkPrograms(to Checkout) error {
	for _, folder := range []string{"bin", "node"} {
		err := filepath.WalkDir(c.State(folder), func(path string, entry os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			within, err := filepath.Rel(c.Root, path)
			if err != nil {
				return err
			}
			target := filepath.Join(to.Root, within)
			switch {
			case entry.IsDir():
				return os.MkdirAll(target, 0o755)
			case filepath.Base(filepath.Dir(path)) == ".stamps":
				return copyAll(path, target)
			}
			return link(path, target)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
