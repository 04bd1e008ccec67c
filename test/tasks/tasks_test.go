package tasks

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite what the pages show of the commands' output")

const (
	root  = "../.."
	setup = "make tools\nexport PATH=\"$PWD/.modelway/bin:$PATH\"\n"
)

// TestTasks follows each page in a copy of the project, and requires that its last section takes everything back.
func TestTasks(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(root, "docs", "tasks", "*.md"))
	require.NoError(t, err)
	require.Len(t, pages, 10, "docs/tasks has ten pages")
	bin := t.TempDir()
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(bin, "modelway"), "./cmd/modelway")
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, page := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(page), ".md"), func(t *testing.T) { follow(t, page, bin) })
	}
}

// follow does what a page says, and compares what it shows.
func follow(t *testing.T, page, bin string) {
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	lines := strings.Split(string(data), "\n")
	all, err := blocks(lines)
	require.NoError(t, err)
	requireShape(t, string(data))
	project := copyOfProject(t)
	var ran, compared int
	notRun := map[string]int{}
	var output string
	printed := false // whether the last commands were run
	shown := map[int][]string{}
	for i, b := range all {
		switch {
		case b.kind == "mermaid":
		case b.kind == "yaml" || b.kind == "go":
			file, err := b.file()
			require.NoError(t, err)
			require.True(t, filepath.IsLocal(file), "%s is not in the project", file)
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(project, file)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(project, file), []byte(b.text()), 0o644))
		case b.marks == "setup":
			require.Equal(t, setup, b.text(), "line %d", b.first)
		case b.marks == "up" || b.marks == "aws" || b.marks == "go":
			notRun[b.marks] += len(b.lines)
			printed = false
		case b.kind == "sh":
			output = run(t, project, bin, b)
			ran += len(b.lines)
			printed = true
		case printed: // text
			want, err := b.part(output)
			require.NoError(t, err, "line %d", b.first)
			require.NotEmpty(t, strings.Join(want, ""), "line %d shows an empty output", b.first)
			if !*update {
				require.Equal(t, told(want), told(b.lines),
					"line %d is out of date; run: go test ./test/tasks -update", b.first)
			}
			shown[i] = want
			compared++
		}
	}
	require.Positive(t, ran, "the page has no command that runs without a stack")
	require.Empty(t, git(t, project, "status", "--porcelain"), "the page does not take back what it did")
	t.Logf("%d lines of commands run, %d outputs compared; not run: %d that need the local stack, %d that need AWS, %d that compile a program",
		ran, compared, notRun["up"], notRun["aws"], notRun["go"])
	if *update {
		for i, b := range slices.Backward(all) {
			if lines2, is := shown[i]; is {
				lines = slices.Concat(lines[:b.first], lines2, lines[b.first+len(b.lines):])
			}
		}
		require.NoError(t, os.WriteFile(page, []byte(strings.Join(lines, "\n")), 0o644))
	}
}

// told is a text without the fixes where this machine has a Pulumi CLI, since they then are commands of it.
func told(lines []string) string {
	if _, err := exec.LookPath("pulumi"); err == nil {
		lines = slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "fix:") })
	}
	return strings.Join(lines, "\n")
}

// requireShape requires what every page has: one line that says what for, steps, the way back, and where to read more.
func requireShape(t *testing.T, page string) {
	t.Helper()
	at := 0
	for _, part := range []string{"# ", "\nGoal: ", "\n## Steps\n", "\n## Undo\n", "\n## More\n"} {
		found := strings.Index(page[at:], part)
		require.GreaterOrEqual(t, found, 0, "the page lacks %q, or has it in another order", part)
		at += found
	}
}

// run runs the commands of a block in the project, as a person with modelway on PATH would, and returns what they print.
func run(t *testing.T, project, bin string, b block) string {
	t.Helper()
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", b.text())
	cmd.Dir = project
	cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "COLUMNS=", "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	if b.marks == "fails" {
		require.Error(t, err, "line %d has to fail:\n%s", b.first, out)
		return string(out)
	}
	require.NoError(t, err, "line %d:\n%s%s", b.first, b.text(), out)
	return string(out)
}

// copyOfProject copies what commands read of the project, into a Git repository with one commit.
func copyOfProject(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	settings, err := filepath.Glob(filepath.Join(root, "Pulumi*.yaml"))
	require.NoError(t, err)
	for _, file := range append(settings, filepath.Join(root, ".gitignore")) {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(file)), data, 0o644))
	}
	for _, name := range []string{"models", filepath.Join("examples", "configurations")} {
		require.NoError(t, os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join(root, name))))
	}
	git(t, folder, "init", "--quiet")
	git(t, folder, "add", "--all")
	git(t, folder, "-c", "user.name=a", "-c", "user.email=a@company.com", "commit", "--quiet", "--message", "the project")
	return folder
}

func git(t *testing.T, folder string, args ...string) string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"-C", folder}, args...)...).CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return string(out)
}
