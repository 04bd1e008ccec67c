package ci

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCommandsInTheLogBeginNothing requires what is printed of a command to be one line: GitHub obeys lines that begin with ::.
func TestCommandsInTheLogBeginNothing(t *testing.T) {
	c := call{program: "gh", args: []string{"issue", "create", "--title", "a\n::add-path::x", "b c", "$(x)", "", "a@b/c:1"}}
	require.Equal(t, `gh issue create --title "a\n::add-path::x" "b c" "$(x)" "" a@b/c:1`, c.String())
}

// TestOutputsAreOneLine requires a value that would be two outputs to be refused.
func TestOutputsAreOneLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "output")
	w := &work{Workplace: Workplace{Env: func(string) string { return file }}}
	require.ErrorContains(t, w.output("image", "a\nb=c"), `the output image is "a\nb=c"`)
	require.NoFileExists(t, file)
	require.NoError(t, w.output("image", "a"))
	text, err := contents(file)
	require.NoError(t, err)
	require.Equal(t, "image=a\n", text)
}

// TestAStoppedStepRunsNothingMore requires a step that a person stops to run no further program.
func TestAStoppedStepRunsNothingMore(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var out bytes.Buffer
	w := &work{Workplace: Workplace{Out: &out, Err: &out}, ctx: ctx}
	require.NoError(t, w.do(call{program: "git", args: []string{"version"}}))
	require.Contains(t, out.String(), "$ git version\ngit version ")
	stop()
	out.Reset()
	require.ErrorContains(t, w.do(call{program: "git", args: []string{"version"}}), "stopped before git version")
	require.Empty(t, out.String())
}

// TestNeedsAreToldOnce requires the inputs of each step to be told once, each in words.
func TestNeedsAreToldOnce(t *testing.T) {
	for _, step := range Steps {
		seen := map[string]bool{}
		for _, need := range step.Needs() {
			require.False(t, seen[need.Name], "%s needs %s twice", step.Name, need.Name)
			require.NotEmpty(t, need.What, "%s of %s", need.Name, step.Name)
			seen[need.Name] = true
		}
		require.Equal(t, step.Name == "comment", len(seen) == 0, "%s: the comment is composed of files alone", step.Name)
	}
}
