// Package delivery runs the steps of the workflows as the workflows do, with programs in place of pulumi, gh, docker and the program's own
// other commands that record how they are called and answer as the real ones do.
package delivery

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// usual are the programs of the machine: those that steps call, and what the programs of a test are made of.
var usual = []string{"bash", "cat", "env", "find", "git", "grep", "make", "mkdir", "rm"}

// modelway is the compiled program, and repository the root of the checkout.
var modelway, repository string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "delivery")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	modelway = filepath.Join(folder, "modelway")
	if repository, err = filepath.Abs("../.."); err != nil {
		panic(err)
	}
	compile := exec.Command("go", "build", "-ldflags", "-s -w", "-o", modelway, "./cmd/modelway")
	compile.Dir = repository
	if out, err := compile.CombinedOutput(); err != nil {
		panic(string(out))
	}
	return m.Run()
}

// world is a checkout in a folder of its own, and a machine that has the usual programs and those that a test puts there.
type world struct {
	t                       *testing.T
	root, bin, calls, notes string
	env                     map[string]string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	folder := t.TempDir()
	w := &world{
		t: t, root: filepath.Join(folder, "checkout"), bin: filepath.Join(folder, "bin"), calls: filepath.Join(folder, "calls"),
		notes: filepath.Join(folder, "summary"),
		env:   map[string]string{"HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"},
	}
	w.env["GITHUB_STEP_SUMMARY"], w.env["GITHUB_OUTPUT"] = w.notes, filepath.Join(folder, "output")
	w.env["MODELWAY"] = "modelway"
	for _, name := range []string{"models", "Makefile", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "Pulumi.local.yaml"} {
		require.NoError(t, os.MkdirAll(w.root, 0o755))
		out, err := exec.Command("cp", "-R", filepath.Join(repository, name), w.root).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	require.NoError(t, os.MkdirAll(w.bin, 0o755))
	for _, name := range usual {
		program, err := exec.LookPath(name)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(program, filepath.Join(w.bin, name)))
	}
	w.git("init", "--quiet", "--initial-branch", "main")
	w.commit("base")
	return w
}

func (w *world) write(file, text string) {
	w.t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(w.root, file)
	}
	require.NoError(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(w.t, os.WriteFile(file, []byte(text), 0o755))
}

func (w *world) read(file string) string {
	w.t.Helper()
	if !filepath.IsAbs(file) {
		file = filepath.Join(w.root, file)
	}
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(w.t, err)
	return string(text)
}

// program puts a program on PATH. It records its call, then does what body says; $* are its arguments.
func (w *world) program(name, body string) {
	w.t.Helper()
	_ = os.Remove(filepath.Join(w.bin, name))
	w.write(filepath.Join(w.bin, name), "#!/usr/bin/env bash\necho \""+name+" $*\" >> "+w.calls+"\n"+body+"\n")
}

func (w *world) git(args ...string) string {
	w.t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false"},
		args...)...)
	command.Dir = w.root
	out, err := command.CombinedOutput()
	require.NoError(w.t, err, string(out))
	return strings.TrimSpace(string(out))
}

func (w *world) commit(subject string) {
	w.git("add", "--all")
	w.git("commit", "--quiet", "--allow-empty", "--message", subject)
}

// ci runs a step as a workflow does, and returns all that it printed.
func (w *world) ci(step string) (string, error) {
	w.t.Helper()
	return w.run(modelway, "ci", step)
}

func (w *world) run(program string, args ...string) (string, error) {
	command := exec.Command(program, args...)
	command.Dir = w.root
	command.Env = []string{"PATH=" + w.bin}
	for name, value := range w.env {
		command.Env = append(command.Env, name+"="+value)
	}
	out, err := command.CombinedOutput()
	return string(out), err
}

// called are the calls of the programs of a test, one a line.
func (w *world) called() string { return w.read(w.calls) }

// summary is what went to the summary of the job, outputs what later steps and jobs get.
func (w *world) summary() string { return w.read(w.notes) }
func (w *world) outputs() string { return w.read(w.env["GITHUB_OUTPUT"]) }

// live is a machine with Pulumi and kubectl, whose preview prints events, and the report.
func (w *world) live(stack, pulumi string) *world {
	w.env["STACK"], w.env["PULUMI_BACKEND_URL"] = stack, "s3://state"
	w.program("pulumi", pulumi)
	w.program("kubectl", "")
	w.program("modelway", writeReport)
	return w
}

const (
	// writeReport writes to the file behind --output.
	writeReport = `while [ "$1" != --output ]; do shift; done; echo "the report" > "$2"`
	oneUpdate   = `{"resOutputsEvent":{"metadata":{"op":"update","type":"aws:ec2/vpc:Vpc","urn":"urn:pulumi:prod::modelway::aws:ec2/vpc:Vpc::network-vpc","detailedDiff":{"tags":{}}}}}`
	noUpdate    = `{"resOutputsEvent":{"metadata":{"op":"same","type":"aws:ec2/vpc:Vpc","urn":"urn:pulumi:prod::modelway::aws:ec2/vpc:Vpc::network-vpc"}}}`
)

// issues answers as `gh api` does.
func (w *world) issues(answer string) {
	w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"], w.env["GITHUB_RUN_ID"] = "token", "company/modelway", "99"
	w.program("gh", `case "$*" in *--paginate*) `+answer+` ;; esac`)
}
