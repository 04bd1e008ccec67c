package toolchain

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// machine stands for the one that runs the test; the Go version is part of every stamp.
var machine = Machine{GoVersion: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}

func write(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
}

func quiet(out io.Writer) *Progress { return &Progress{out: out, interval: time.Hour} }

// hello is a checkout with one small program, and its item.
func hello(t *testing.T) (Layout, Item) {
	root := t.TempDir()
	write(t, root, "hello/go.mod", "module hello\n\ngo 1.22\n")
	write(t, root, "hello/main.go", "package main\n\nvar version string\n\nfunc main() { println(\"hello \" + version) }\n")
	return Layout{Root: root}, Item{
		Name: "hello", Module: "hello", Package: ".", Inputs: []string{"hello"}, Produces: []string{"bin/hello"}, build: buildProgram,
		LinkerFlags: func(string) (string, error) { return "-X main.version=7", nil },
	}
}

func TestEnsureBuildsOnlyWhatIsOutOfDate(t *testing.T) {
	layout, item := hello(t)
	built := func() bool {
		t.Helper()
		out := &bytes.Buffer{}
		if err := ensure(context.Background(), layout, []Item{item}, machine, source{}, quiet(out)); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(out.String(), "ready    hello")
	}
	check := func(what string, want bool) {
		t.Helper()
		if got := built(); got != want {
			t.Fatalf("%s: built = %v, want %v", what, got, want)
		}
	}
	check("first run", true)
	out, err := exec.Command(filepath.Join(layout.Bin(), "hello")).CombinedOutput()
	if err != nil || string(out) != "hello 7\n" {
		t.Fatalf("the program says %q, %v", out, err)
	}
	check("nothing changed", false)
	write(t, layout.Root, "hello/main_test.go", "package main\n")
	write(t, layout.Root, "hello/README.md", "hello\n")
	write(t, layout.Root, "hello/nested/go.mod", "module nested\n")
	check("what is no part of the program changed", false)
	write(t, layout.Root, "hello/more.go", "package main\n")
	check("a source file was added", true)
	if err := os.Remove(filepath.Join(layout.Bin(), "hello")); err != nil {
		t.Fatal(err)
	}
	check("the program is gone", true)
	machine := machine
	machine.GoVersion = "go1.99"
	if hash, _ := item.hash(layout, machine); hash == readStamp(t, layout) {
		t.Fatal("another Go version has the same stamp")
	}
	item.LinkerFlags = nil
	check("the linker flags changed", true)
	defer func(flags string) { goFlags = flags }(goFlags)
	goFlags = "-mod=readonly -buildvcs=false"
	check("the build flags changed", true)
	check("nothing changed since", false)
}

func readStamp(t *testing.T, layout Layout) string {
	t.Helper()
	content, err := os.ReadFile(layout.stamp("hello"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestFailureShowsTheCompilerAndTheLog(t *testing.T) {
	layout, item := hello(t)
	write(t, layout.Root, "hello/main.go", "package main\n\nfunc main() { nonsense() }\n")
	err := ensure(context.Background(), layout, []Item{item}, machine, source{}, quiet(io.Discard))
	if err == nil {
		t.Fatal("a program that does not compile was built")
	}
	for _, want := range []string{"building hello: exit status 1", "main.go:3:15: undefined: nonsense", "whole output: " +
		layout.Log("hello")} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if item.present(layout) {
		t.Error("a failed build left a program")
	}
}

func TestInterruptKillsTheBuildAndTheNextRunGoesOn(t *testing.T) {
	layout, item := hello(t)
	ctx, cancel := context.WithCancel(context.Background())
	pid := make(chan string, 1)
	item.build = func(ctx context.Context, _ Item, layout Layout, _ Machine, task *Task) error {
		return task.run(ctx, layout.Root, io.Discard, func(line string) { pid <- line; cancel() }, "sh", "-c", "sleep 600 & echo $! >&2; wait")
	}
	err := ensure(ctx, layout, []Item{item}, machine, source{}, quiet(io.Discard))
	if err == nil || !strings.Contains(err.Error(), "interrupted while building hello; the same command goes on from here") {
		t.Fatalf("got %v", err)
	}
	grandchild := <-pid
	if exec.Command("sh", "-c", "kill -0 "+grandchild+" 2>/dev/null && ! grep -q '^State:.*Z' /proc/"+grandchild+"/status").Run() == nil {
		t.Fatal("the build's own child is still running")
	}
	item.build = buildProgram
	if err := ensure(context.Background(), layout, []Item{item}, machine, source{}, quiet(io.Discard)); err != nil || !item.present(layout) {
		t.Fatalf("the next run did not build: %v", err)
	}
}

func TestSecondRunWaitsForTheFirst(t *testing.T) {
	layout, item := hello(t)
	inside, release, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	item.build = func(context.Context, Item, Layout, Machine, *Task) error {
		write(t, layout.Root, ".modelway/bin/hello", "")
		close(inside)
		<-release
		return nil
	}
	go func() {
		ended <- ensure(context.Background(), layout, []Item{item}, machine, source{}, quiet(io.Discard))
	}()
	<-inside
	said := make(chan string, 10)
	go func() {
		ended <- ensure(context.Background(), layout, []Item{item}, machine, source{}, quiet(lines(said)))
	}()
	if line := <-said; !strings.Contains(line, "another make is building in this checkout") {
		t.Fatalf("got %q", line)
	}
	close(release)
	if err := errors.Join(<-ended, <-ended); err != nil {
		t.Fatal(err) // the second run building too would close inside twice
	}
}

type lines chan string

func (l lines) Write(p []byte) (int, error) { l <- string(p); return len(p), nil }

// prerequisites runs the check with only the given programs on PATH, each a script.
func prerequisites(t *testing.T, scripts map[string]string) (Machine, error) {
	root, bin := t.TempDir(), t.TempDir()
	write(t, root, "go.mod", "module example\n\ngo 1.26.8\n")
	for name, text := range scripts {
		write(t, bin, name, "#!/bin/sh\n"+text+"\n")
	}
	t.Setenv("PATH", bin)
	return CheckPrerequisites(context.Background(), root)
}

func TestPrerequisites(t *testing.T) {
	goes := "echo go1.26.8; echo linux; echo amd64"
	machine, err := prerequisites(t, map[string]string{"go": goes, "node": "echo v20.20.2", "npm": ""})
	if err != nil || machine.GoVersion != "go1.26.8" || machine.Platform != "linux/amd64" || machine.Engine != "" {
		t.Fatalf("got %+v, %v", machine, err)
	}
	for name, c := range map[string]struct {
		scripts map[string]string
		want    string
	}{
		"old Go": {map[string]string{"go": "echo go1.25.9; echo linux; echo amd64", "node": "echo v22.1.0", "npm": ""},
			"Go 1.26.8 or newer is needed: install it from https://go.dev/dl/ (found go1.25.9)"},
		"Go fails": {map[string]string{"go": "exit 1", "node": "echo v22.1.0", "npm": ""}, "Go 1.26.8 or newer is needed: install it from " +
			"https://go.dev/dl/"},
		"old Node": {map[string]string{"go": goes, "node": "echo v18.9.0", "npm": ""}, "Node.js 18.17 or newer is needed: install it from " +
			"https://nodejs.org/ (found v18.9.0)"},
		"neither": {map[string]string{"go": goes}, "Node.js 18.17 or newer is needed: install it from https://nodejs.org/ (no node on PATH)\n" +
			"npm is not on PATH: install it (it comes with Node.js; on Debian and Ubuntu: apt install npm)"},
	} {
		if _, err := prerequisites(t, c.scripts); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		have, want string
		older      bool
	}{
		{"1.26.8", "1.26.8", false}, {"1.26.7", "1.26.8", true}, {"1.27", "1.26.8", false}, {"1.26", "1.26.8", true},
		{"1.27rc1", "1.26.8", false}, {"3.260.0-dev", "3.258.0", false}, {"9.0.0", "18.17", true},
	} {
		if got := older(c.have, c.want); got != c.older {
			t.Errorf("older(%q, %q) = %v", c.have, c.want, got)
		}
	}
}

func TestInstalledEngineIsUsedWhenNewEnough(t *testing.T) {
	for version, linked := range map[string]bool{"v3.258.0": true, "v3.300.1": true, "v3.257.9": false, "v4.0.0": false} {
		root := t.TempDir()
		layout := Layout{Root: root}
		write(t, root, "engine/go.mod", "module engine\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.258.0 // indirect\n)\n")
		write(t, root, "installed", "#!/bin/sh\necho "+version+"\n")
		write(t, layout.Bin(), ".keep", "")
		item := Item{Name: "pulumi", Module: "engine"}
		found, err := linkInstalledEngine(context.Background(), item, layout, Machine{Engine: filepath.Join(root, "installed")})
		target, _ := os.Readlink(filepath.Join(layout.Bin(), "pulumi"))
		if got := target == filepath.Join(root, "installed"); got != linked || found != linked || err != nil {
			t.Errorf("%s: linked = %v (%v), want %v", version, got, err, linked)
		}
	}
}

func TestSelect(t *testing.T) {
	names := func(items []Item) (names []string) {
		for _, item := range items {
			names = append(names, item.Name)
		}
		return names
	}
	items, err := Select(Catalog(), []string{"preview"})
	if err != nil || len(items) != len(Groups["preview"]) {
		t.Fatalf("preview: %v, %v", names(items), err)
	}
	if items, err = Select(Catalog(), []string{"modelway-local", "etcd"}); err != nil || strings.Join(names(items),
		" ") != "etcd modelway-local" {
		t.Fatalf("got %v, %v", names(items), err)
	}
	everything, err := Select(Catalog(), nil)
	if err != nil || slices.Contains(names(everything), "kserve-controller") || slices.Contains(names(everything), "storage-initializer") ||
		slices.Contains(names(everything), "prometheus") ||
		!slices.Contains(names(everything), "kube-apiserver") {
		t.Fatalf("no name stands for all that make up needs: %v, %v", names(everything), err)
	}
	if items, err = Select(Catalog(), []string{"kserve"}); err != nil || strings.Join(names(items),
		" ") != "kserve-controller storage-initializer" {
		t.Fatalf("kserve: %v, %v", names(items), err)
	}
	if items, err = Select(Catalog(), []string{"monitoring"}); err != nil || len(items) != len(Groups["monitoring"]) {
		t.Fatalf("monitoring: %v, %v", names(items), err)
	}
	if items, err = Select(Catalog(), []string{"keda"}); err != nil || strings.Join(names(items), " ") != "keda-operator keda-metrics-apiserver" {
		t.Fatalf("keda: %v, %v", names(items), err)
	}
	if items, err = Select(Catalog(), []string{"argocd"}); err != nil || strings.Join(names(items), " ") != "argocd" {
		t.Fatalf("argocd: %v, %v", names(items), err)
	}
	if _, err = Select(Catalog(), []string{"etdc"}); err == nil || !strings.Contains(err.Error(), `unknown item "etdc"`) ||
		!strings.Contains(err.Error(), "groups argocd, keda, kserve, monitoring, preview") {
		t.Fatalf("got %v", err)
	}
}

// The catalog names folders and dependencies of this very checkout.
func TestCatalogMatchesTheCheckout(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range Catalog() {
		if _, err := os.Stat(filepath.Join(root, item.Module)); err != nil {
			t.Errorf("%s: %v", item.Name, err)
		}
		if item.LinkerFlags == nil {
			continue
		}
		flags, err := item.LinkerFlags(filepath.Join(root, item.Module))
		if err != nil || !regexp.MustCompile(`[vV]ersion=v?\d+\.\d+\.\d+`).MatchString(flags) {
			t.Errorf("%s: flags %q, %v", item.Name, flags, err)
		}
	}
}

func TestProgress(t *testing.T) {
	out := &bytes.Buffer{}
	terminal := &Progress{out: out, interval: time.Hour, terminal: true}
	task := terminal.task("kube-apiserver")
	task.show("building")
	task.total = 1893
	for range 512 {
		task.step("")
	}
	if got := task.String(); got != "building kube-apiserver  [ 512/1893]  0s" {
		t.Errorf("got %q", got)
	}
	task.total = 512
	if got := task.String(); got != "linking kube-apiserver  0s" {
		t.Errorf("got %q", got)
	}
	terminal.end()
	terminal.ready("kube-apiserver", 130*time.Second, "")
	if got := out.String(); !strings.HasSuffix(got, "\rready    kube-apiserver                2m10s\n") {
		t.Errorf("got %q", got)
	}
}

func TestCommandsHaveAGroupOfTheirOwn(t *testing.T) {
	command := exec.Command("sleep", "600")
	command.SysProcAttr = ownGroup()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	group, err := syscall.Getpgid(command.Process.Pid)
	if err != nil || group != command.Process.Pid {
		t.Errorf("group %d of process %d, %v", group, command.Process.Pid, err)
	}
	killGroup(command.Process.Pid)
	if err := command.Wait(); err == nil {
		t.Error("sleep was not killed")
	}
}
