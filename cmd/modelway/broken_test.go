package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestExitCodesOfOtherProgramsAreNotOurs requires the code of a program that failed inside a command to be told as a failure: 3, for
// example, has a meaning of its own.
func TestExitCodesOfOtherProgramsAreNotOurs(t *testing.T) {
	root := newRoot()
	root.AddCommand(&cobra.Command{Use: "git", RunE: func(*cobra.Command, []string) error {
		return exec.CommandContext(context.Background(), "sh", "-c", "exit 3").Run()
	}})
	require.Equal(t, exitFailed, execute(root, []string{"git"}, os.Stdout, os.Stderr))
}

// TestCommandsFindTheProject requires the settings and the models of the project around a folder below it.
func TestCommandsFindTheProject(t *testing.T) {
	below := filepath.Join(repository, "docs")
	_, above, _ := run("cost", "--stack", "dev", "--root", repository)
	code, out, errOut := program(t, below, "cost", "--stack", "dev")
	require.Zero(t, code, errOut)
	require.Equal(t, above, out)
	code, _, errOut = program(t, below, "trace", "none")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "models/none.yaml")
	require.NotContains(t, errOut, "reading the folder of models")
}

// TestRenderKeepsNoWrongBlock requires an index without what is no block, from the start.
func TestRenderKeepsNoWrongBlock(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	for _, block := range []string{"banana", "10.0.0.0", "10.0.0.1/20", "2001:db8::/64"} {
		code, out, errOut := run("render", "--stack", "test", "--root", root, "--subnet", "subnet-1="+block, "--subnet", "subnet-2=x")
		require.Equal(t, exitUsage, code)
		require.Empty(t, out)
		require.Contains(t, errOut, `--subnet subnet-1 is "`+block+`"; allowed: an IPv4 block, such as 10.0.0.0/20; fix: `)
		require.Contains(t, errOut, `--subnet subnet-2 is "x"`, "all faults at once")
	}
	require.NoDirExists(t, filepath.Join(root, "rendered"))
	put(t, root, "file", "")
	_, _, errOut := run("render", "--stack", "test", "--root", root, "--out", filepath.Join(root, "file", "below"))
	require.Contains(t, errOut, "below\", which is not a folder; allowed: ")
}

// TestTheFixOfACheckIsTheSameRendering requires the fix of render --check to write where the check looked.
func TestTheFixOfACheckIsTheSameRendering(t *testing.T) {
	root := checkout(t, "Pulumi.dev.yaml", map[string]string{"churn": someModel})
	out := filepath.Join(root, "two words")
	args := []string{"render", "--stack", "test", "--root", root, "--out", out}
	code, _, errOut := run(append(args, "--check")...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "modelway render --stack test --root "+root+" --out '"+out+"'")
	code, _, errOut = run(args...)
	require.Zero(t, code, errOut)
	code, _, errOut = run(append(args, "--check")...)
	require.Zero(t, code, errOut)
}

// TestFilesThatCannotBeWritten requires the flag and its value named.
func TestFilesThatCannotBeWritten(t *testing.T) {
	file := "../../internal/review/events/testdata/lb-scheme.jsonl"
	absent := filepath.Join(t.TempDir(), "absent", "report.md")
	code, _, errOut := run("report", file, "--output", absent)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errOut, "--output "+absent+": there is no folder "+filepath.Dir(absent)+"; fix: mkdir -p ")
}

// TestNewWritesNothingWithoutGo requires a repository that can be made once Go is there.
func TestNewWritesNothingWithoutGo(t *testing.T) {
	checkout, err := filepath.Abs(repository)
	require.NoError(t, err)
	t.Setenv("PATH", "")
	folder := filepath.Join(t.TempDir(), "team")
	code, out, errOut := run("new", folder, "--modelway", checkout)
	require.Equal(t, exitFailed, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "Error: Go is not on PATH: install Go")
	require.NoDirExists(t, folder)
}

// TestReportOfAPreviewThatSaidNothing requires the error of the preview alone, where it failed before its first event.
func TestReportOfAPreviewThatSaidNothing(t *testing.T) {
	root := standIn(t, `mkdir -p .modelway/preview/dev; : > .modelway/preview/dev/preview.jsonl; echo "no settings" >&2; exit 1`)
	code, out, errOut := program(t, root, "report", "--stack", "dev")
	require.Equal(t, exitFailed, code)
	require.Empty(t, out)
	require.Contains(t, errOut, "no settings\n")
	require.NotContains(t, errOut, "is empty")
}
