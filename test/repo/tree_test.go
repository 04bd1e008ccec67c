package repo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the folder of the root module.
const root = "../.."

// module is the path of the root module.
const module = "github.com/modelway/modelway"

// files are the project's files, relative to the root and with slashes: those that git tracks or would, without what is ignored.
func files(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	var all []string
	if err == nil {
		all = strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	} else {
		all = walk(t)
	}
	all = slices.DeleteFunc(all, func(file string) bool {
		_, err := os.Stat(filepath.Join(root, file))
		return err != nil // deleted, and not committed yet
	})
	require.NotEmpty(t, all)
	return all
}

// walk finds the files of an export without git.
func walk(t *testing.T) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", ".modelway", "node_modules", "rapid"}, entry.Name()) {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() {
			relative, err := filepath.Rel(root, file)
			if err != nil {
				return err
			}
			all = append(all, filepath.ToSlash(relative))
		}
		return nil
	}))
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	return string(data)
}

// source is a Go file.
type source struct {
	file   string
	folder string // "." for the root
	module string // folder of the go.mod that the file belongs to
	test   bool
	syntax *ast.File
}

// imports are the paths that the file imports.
func (s source) imports() []string {
	paths := make([]string, 0, len(s.syntax.Imports))
	for _, spec := range s.syntax.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// sources are the Go files of all modules of the repository, without test data.
func sources(t *testing.T) []source {
	t.Helper()
	all := files(t)
	var found []source
	for _, file := range all {
		if path.Ext(file) != ".go" || strings.Contains("/"+file, "/testdata/") || strings.Contains("/"+file, "/_") { // as Go passes over them
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		found = append(found, source{
			file: file, folder: path.Dir(file), module: moduleOf(all, path.Dir(file)),
			test: strings.HasSuffix(file, "_test.go"), syntax: syntax,
		})
	}
	require.NotEmpty(t, found)
	return found
}

func moduleOf(all []string, folder string) string {
	for ; folder != "."; folder = path.Dir(folder) {
		if slices.Contains(all, folder+"/go.mod") {
			return folder
		}
	}
	return "."
}

// report fails the test with one line a fault.
func report(t *testing.T, faults []string) {
	t.Helper()
	slices.Sort(faults)
	for _, fault := range slices.Compact(faults) {
		t.Error(fault)
	}
}
