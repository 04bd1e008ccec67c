package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// newRepository makes a repository that uses this checkout. Nothing is asked of a network.
func newRepository(t *testing.T) string {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	folder := filepath.Join(t.TempDir(), "ml-platform")
	code, out, errOut := run("new", folder, "--module", "example.com/ml-platform", "--modelway", repository)
	require.Zero(t, code, errOut)
	require.Contains(t, out, "\nNext:\n\n  cd "+folder+"\n  go tool modelway cost --stack dev\n")
	return folder
}

// TestNewRepository requires a repository that its own settings, model and program work in.
func TestNewRepository(t *testing.T) {
	folder := newRepository(t)
	for _, stack := range []string{"dev", "local"} {
		code, out, errOut := run("cost", "--stack", stack, "--root", folder)
		require.Zero(t, code, errOut)
		require.Contains(t, out, "fraud-detection")
		code, out, errOut = run("plan", "--stack", stack, "--root", folder)
		require.Zero(t, code, errOut)
		require.Contains(t, out, "public")
	}
	readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	require.Contains(t, string(readme), "# ml-platform\n")
	require.NotContains(t, string(readme), "${")
}

func TestNewRefuses(t *testing.T) {
	checkout, err := filepath.Abs(repository)
	require.NoError(t, err)
	folder := t.TempDir()
	put(t, folder, "full/notes.txt", "mine")
	put(t, folder, "file", "")
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "FOLDER is missing; fix: write modelway new FOLDER", []string{}},
		{exitUsage, `"b": too much for modelway new`, []string{"a", "b"}},
		{exitUsage, "unknown flag: --template", []string{"a", "--template", "x"}},
		{exitUsage, "FOLDER is empty", []string{"", "--modelway", checkout}},
		{exitFailed, "full is not empty: it has notes.txt; allowed: a folder that is not there yet", []string{"full", "--modelway", checkout}},
		{exitFailed, "file cannot be used", []string{"file", "--modelway", checkout}},
		{exitFailed, "file/below cannot be used", []string{"file/below", "--modelway", checkout}},
		{exitFailed, `this program is of version "devel", which go.mod cannot require; fix: install a release`, []string{"a"}},
		{exitFailed, "which is not a clone of Modelway: it has no local/bootstrap/go.mod", []string{"a", "--modelway", folder}},
		{exitFailed, `--modelway is "/no/such`, []string{"a", "--modelway", "/no/such"}},
		{exitFailed, `--module is "a b": malformed import path`, []string{"a", "--modelway", checkout, "--module", "a b"}},
		{exitFailed, `--module is "my models": malformed import path`, []string{"my models", "--modelway", checkout}},
		{exitFailed, "its last part is the name of the Pulumi project", []string{"a", "--modelway", checkout, "--module", "example.com/a~b"}},
		{exitFailed, `--module is "/team": malformed import path`, []string{"a", "--modelway", checkout, "--module", "/team"}},
		{exitFailed, `--module is "example.com/../x"`, []string{"a", "--modelway", checkout, "--module", "example.com/../x"}},
		{exitFailed, "it is Modelway's own", []string{"a", "--modelway", checkout, "--module", "github.com/modelway/modelway"}},
		{exitFailed, "it is Modelway's own", []string{"a", "--modelway", checkout, "--module", "github.com/modelway/modelway/team"}},
		{exitFailed, "it ends in .git", []string{"a", "--modelway", checkout, "--module", "example.com/team.git"}},
	} {
		code, _, errOut := program(t, folder, append([]string{"new"}, c.args...)...)
		require.Equal(t, c.code, code, "%q: %s", c.args, errOut)
		require.Contains(t, errOut, c.says, "%q", c.args)
		require.NoDirExists(t, filepath.Join(folder, "a"), "%q", c.args)
	}
}

// TestPlacesThatAreNoProject requires commands of the local stack to say what they look for.
func TestPlacesThatAreNoProject(t *testing.T) {
	t.Setenv("GOPROXY", "off")
	empty, plain, other, bare := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	put(t, plain, "Pulumi.yaml", "name: modelway\nruntime: go\n")
	put(t, other, "Pulumi.yaml", "name: modelway\nruntime: go\n")
	put(t, other, "go.mod", "module example.com/other\n\ngo 1.26\n")
	put(t, bare, "Pulumi.yaml", "name: modelway\nruntime: go\n")
	put(t, bare, "clone/go.mod", "module github.com/modelway/modelway\n\ngo 1.26\n")
	put(t, bare, "go.mod", "module example.com/bare\n\ngo 1.26\n\nrequire github.com/modelway/modelway v0.0.0\n\n"+
		"replace github.com/modelway/modelway => ./clone\n")
	for folder, says := range map[string]string{
		empty: "no project of Modelway: there is no Pulumi.yaml in " + empty + " or in a folder above it; fix: ",
		plain: plain + " is not a project of Modelway: it has no go.mod",
		other: other + " is not a project of Modelway: " + other + "/go.mod does not require github.com/modelway/modelway",
		bare:  "go.mod replaces github.com/modelway/modelway by " + bare + "/clone, which is not a checkout: it has no local/bootstrap/go.mod",
	} {
		for _, command := range []string{"up", "status"} {
			code, _, errOut := program(t, folder, command)
			require.Equal(t, exitFailed, code, errOut)
			require.Contains(t, errOut, says)
			require.Contains(t, errOut, "; fix: ")
		}
	}
	t.Setenv("PATH", "")
	code, _, errOut := program(t, repository, "up")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/")
}
