package toolchain

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// failureLines is how much of a failed command's output is shown; the log has all of it.
const failureLines = 20

func (i Item) make(ctx context.Context, layout Layout, machine Machine, task *Task) error {
	log, err := os.Create(layout.Log(i.Name))
	if err != nil {
		return fmt.Errorf("creating the log of %s: %w", i.Name, err)
	}
	defer log.Close()
	task.log = log
	return i.build(ctx, i, layout, machine, task)
}

// goFlags are the build flags of every program. The Go language host of the Pulumi CLI builds the project's program with -trimpath too, so
// that the two share a build cache; the tests get it from the Makefile.
var goFlags = "-mod=readonly -buildvcs=false -trimpath"

// linkerFlags are what goes to -ldflags, for an item of the module in the folder dir.
func (i Item) linkerFlags(dir string) (string, error) {
	const always = "-s -w"
	if i.LinkerFlags == nil {
		return always, nil
	}
	extra, err := i.LinkerFlags(dir)
	return always + " " + extra, err
}

// buildProgram compiles one Go program. The number of packages to compile comes from `go list` (those that the build cache lacks),
// the progress from `go build -v`, which names each as it is compiled.
func buildProgram(ctx context.Context, item Item, layout Layout, _ Machine, task *Task) error {
	dir := filepath.Join(layout.Root, item.Module)
	flags, err := item.linkerFlags(dir)
	if err != nil {
		return err
	}
	stale := &bytes.Buffer{}
	task.show("downloading")
	err = task.run(ctx, dir, stale, downloading(task), "go", "list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}", "-ldflags", flags,
		"-tags", item.Tags, item.Package)
	if err != nil {
		return fmt.Errorf("resolving the dependencies of %s: %w", item.Name, err)
	}
	task.total = strings.Count(stale.String(), "\n")
	task.show("building")

	target := filepath.Join(layout.Bin(), item.Name)
	fresh := filepath.Join(layout.Bin(), "."+item.Name+".new")
	defer os.Remove(fresh)
	err = task.run(ctx, dir, io.Discard, task.step, "go", "build", "-v", "-ldflags", flags, "-tags", item.Tags, "-o", fresh,
		item.Package)
	if err != nil {
		return fmt.Errorf("building %s: %w", item.Name, err)
	}
	return os.Rename(fresh, target)
}

func downloading(task *Task) func(string) {
	return func(line string) {
		if strings.HasPrefix(line, "go: downloading ") {
			task.step(line)
		}
	}
}

// driverNames are the other names of the local stack's own program: the AWS provider plugin that the engine starts, the `aws` that
// pulumi-eks and kubeconfigs call, the programs of cert-manager's pods, and the cache of Argo CD.
var driverNames = []string{"pulumi-resource-aws", "aws", "cert-manager-controller", "cert-manager-cainjector", "cert-manager-webhook",
	"redis-server"}

// buildDriver also gives the local stack's own program its other names.
func buildDriver(ctx context.Context, item Item, layout Layout, machine Machine, task *Task) error {
	if err := buildProgram(ctx, item, layout, machine, task); err != nil {
		return err
	}
	for _, name := range driverNames {
		if err := link(item.Name, filepath.Join(layout.Bin(), name)); err != nil {
			return err
		}
	}
	return nil
}

// packPlugin is the plugin that an engine without a language host for Go starts for a policy pack in Go.
const packPlugin = "pulumi-analyzer-policy-go"

// buildPack also gives the policy pack the name of that plugin: it needs none of the arguments of either.
func buildPack(ctx context.Context, item Item, layout Layout, machine Machine, task *Task) error {
	if err := buildProgram(ctx, item, layout, machine, task); err != nil {
		return err
	}
	return link(item.Name, filepath.Join(layout.Bin(), packPlugin))
}

// linkInstalledEngine links an installed Pulumi CLI of the same major version that is at least as new as the pinned one, since an engine
// serves every older SDK.
func linkInstalledEngine(ctx context.Context, item Item, layout Layout, machine Machine) (bool, error) {
	want, err := pinnedVersion(filepath.Join(layout.Root, item.Module), engineModule)
	target := filepath.Join(layout.Bin(), item.Name)
	if err != nil || machine.Engine == "" || machine.Engine == target {
		return false, err
	}
	out, err := exec.CommandContext(ctx, machine.Engine, "version").Output()
	have := strings.TrimSpace(string(out))
	if err != nil || !strings.HasPrefix(have, "v3.") || older(have[1:], want[1:]) {
		return false, nil
	}
	return true, link(machine.Engine, target)
}

// launcher starts the pulumi-eks provider; it finds the packages from where it lies, so that the folder can be moved.
const launcher = `#!/bin/sh
node="$(cd "$(dirname "$0")/../node" && pwd)"
exec node --require "$node/exit-with-parent.js" "$node/node_modules/@pulumi/eks/cmd/provider" "$@"
`

// installPackages installs exactly what the lock file names. No install script runs: none is needed.
func installPackages(ctx context.Context, item Item, layout Layout, _ Machine, task *Task) error {
	task.show("installing npm packages")
	if err := os.MkdirAll(layout.Node(), 0o755); err != nil {
		return err
	}
	for _, name := range []string{"package.json", "package-lock.json", "exit-with-parent.js"} {
		content, err := os.ReadFile(filepath.Join(layout.Root, item.Module, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(layout.Node(), name), content, 0o644); err != nil {
			return err
		}
	}
	err := task.run(ctx, layout.Node(), io.Discard, func(string) {}, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
		"--prefer-offline", "--loglevel=error")
	if err != nil {
		return fmt.Errorf("installing the npm packages: %w", err)
	}
	return os.WriteFile(filepath.Join(layout.Bin(), "pulumi-resource-eks"), []byte(launcher), 0o755)
}

func link(to, path string) error {
	fresh := path + ".new"
	_ = os.Remove(fresh)
	if err := os.Symlink(to, fresh); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// run starts a command in a process group of its own, hands each line of its standard error to line, and kills the group when
// ctx is cancelled. The error holds the last lines of the output and the path of the log.
func (t *Task) run(ctx context.Context, dir string, stdout io.Writer, line func(string), name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS="+goFlags, "GOWORK=off")
	command.Stdout = io.MultiWriter(stdout, t.log)
	command.SysProcAttr = ownGroup()
	stderr, err := command.StderrPipe()
	if err != nil {
		return err
	}
	fmt.Fprintf(t.log, "$ cd %s && %s %s\n", dir, name, strings.Join(args, " "))
	if err := command.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { killGroup(command.Process.Pid) })
	defer stop()

	var last []string
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(t.log, lines.Text())
		line(lines.Text())
		if last = append(last, lines.Text()); len(last) > failureLines {
			last = last[1:]
		}
	}
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%w\n%s\nwhole output: %s", err, strings.Join(last, "\n"), t.log.Name())
	}
	return nil
}
