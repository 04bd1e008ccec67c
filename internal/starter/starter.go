// Package starter makes the repository of a team that imports Modelway: a program, settings, a model, a workflow.
package starter

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/modelway/modelway/internal/project"
)

// files are those of a repository. Their placeholders are those of templates for `pulumi new`
// (https://www.pulumi.com/docs/iac/guides/building-extending/creating-templates/).
//
//go:embed all:_files
var files embed.FS

// Repository is what to make.
type Repository struct {
	// Folder is where: it is made, and must be empty.
	Folder string
	// Module is the path of its Go module.
	Module string
	// Go is the version of Go that its go.mod names.
	Go string
	// Version is that of Modelway; empty for Checkout.
	Version string
	// Checkout is a clone of Modelway that is used in place of a version.
	Checkout string
}

// unreleased is the version of a module that a folder replaces.
const unreleased = "v0.0.0-00010101000000-000000000000"

// Write makes the repository, all of it or nothing.
func (r Repository) Write() error {
	if err := errors.Join(r.checkModule(), r.checkVersion(), r.checkFolder()); err != nil {
		return err
	}
	texts, err := texts(r.name(), "Model serving on Amazon EKS")
	if err != nil {
		return err
	}
	if texts["go.mod"], err = r.goMod(); err != nil {
		return err
	}
	for name, text := range texts {
		file := filepath.Join(r.Folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// texts are the files of a repository but for go.mod, by their names with slashes.
func texts(name, description string) (map[string][]byte, error) {
	texts := map[string][]byte{}
	words := strings.NewReplacer("${PROJECT}", name, "${DESCRIPTION}", description)
	root, err := fs.Sub(files, "_files")
	if err != nil {
		return nil, err
	}
	return texts, fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		texts[name] = []byte(words.Replace(string(text)))
		return err
	})
}

// goMod requires Modelway, and has its program as a tool: `go tool modelway` is then of that version.
func (r Repository) goMod() ([]byte, error) {
	file, err := newGoMod(r.Module, r.Go)
	version := r.Version
	if r.Checkout != "" {
		version = unreleased
		err = errors.Join(err, file.AddReplace(project.Module, "", r.Checkout, ""))
	}
	if err = errors.Join(err, file.AddRequire(project.Module, version)); err != nil {
		return nil, err
	}
	return file.Format()
}

// newGoMod has the program as a tool, and no requirement yet.
func newGoMod(path, goVersion string) (*modfile.File, error) {
	file := new(modfile.File)
	return file, errors.Join(file.AddModuleStmt(path), file.AddGoStmt(goVersion), file.AddTool(project.Module+"/cmd/modelway"))
}

// name is the name of the project: the last part of the module's path, but for that of a major version.
func (r Repository) name() string {
	prefix, _, _ := module.SplitPathVersion(r.Module)
	return path.Base(prefix)
}

func (r Repository) checkModule() error {
	reason := ""
	switch err := module.CheckImportPath(r.Module); {
	case err != nil:
		reason = err.Error()
	case r.Module == project.Module || strings.HasPrefix(r.Module, project.Module+"/"):
		reason = "it is Modelway's own"
	case !projectName.MatchString(r.name()):
		reason = "its last part is the name of the Pulumi project, which has letters, digits, and the signs - _ ."
	case strings.HasSuffix(r.Module, ".git"):
		reason = "it ends in .git, which no import path does"
	default:
		return nil
	}
	return fmt.Errorf("--module is %q: %s; allowed: the path of a Go module, such as example.com/ml-platform; fix: add --module example.com/"+
		"ml-platform, or another folder, whose name it is without --module", r.Module, reason)
}

// projectName is what Pulumi takes as the name of a project (https://www.pulumi.com/docs/iac/concepts/projects/#name).
var projectName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// release is a version that a module proxy, or a clone, has.
var release = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

func (r Repository) checkVersion() error {
	if r.Checkout == "" && !release.MatchString(r.Version) {
		return fmt.Errorf("this program is of version %q, which go.mod cannot require; fix: install a release, as by `go install "+
			"%s/cmd/modelway@latest`, or name a clone with --modelway", r.Version, project.Module)
	}
	if r.Checkout != "" && !(project.Checkout{Root: r.Checkout}).Complete() {
		return fmt.Errorf("--modelway is %q, which is not a clone of Modelway: it has no local/bootstrap/go.mod; allowed: the folder of a clone",
			r.Checkout)
	}
	return nil
}

func (r Repository) checkFolder() error {
	entries, err := os.ReadDir(r.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the folder %s cannot be used: %w", r.Folder, err)
	}
	entries = slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return entry.Name() == ".git" })
	if len(entries) > 0 {
		return fmt.Errorf("the folder %s is not empty: it has %s; allowed: a folder that is not there yet, or that has nothing but .git",
			r.Folder, entries[0].Name())
	}
	return nil
}
