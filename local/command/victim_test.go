package command

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
)

// victim is a program that can die while a command runs.
type victim struct {
	// name is how MODELWAY_KILLS calls it.
	name string
	// command is a part of its command line.
	command string
	// cause is what the message of the command that fails says.
	cause string
}

// victims are every program that a command starts or uses.
var victims = []victim{
	{"engine", "/pulumi\x00", "the engine was killed"},
	{"kubernetes plugin", "/pulumi-resource-kubernetes\x00", "the engine's plugin kubernetes ended"},
	{"aws plugin", "/pulumi-resource-aws\x00", "the engine's plugin aws ended"},
	{"eks plugin", "@pulumi/eks/cmd/provider", "the engine's plugin eks ended"},
	{"supervisor", "/modelway-local\x00serve", "The supervisor .* ended"},
	{"kube-apiserver", "/kube-apiserver\x00", "kube-apiserver ended on its own .signal: killed.*log"},
	{"etcd", "/etcd\x00", "etcd ended on its own .signal: killed.*log"},
	{"kube-controller-manager", "/kube-controller-manager\x00", "kube-controller-manager ended on its own .signal: killed.*log"},
	{"kube-scheduler", "/kube-scheduler\x00", "kube-scheduler ended on its own .signal: killed.*log"},
}

// kill kills the victim where it belongs to the command or to the checkout's supervisor. It says whether there was one.
func (v victim) kill(command int, c checkout.Checkout) bool {
	killed := false
	for _, pid := range v.find(command, c) {
		killed = syscall.Kill(pid, syscall.SIGKILL) == nil || killed
	}
	return killed
}

func (v victim) find(command int, c checkout.Checkout) (all []int) {
	for _, p := range processes() {
		if strings.Contains(p.line, v.command) && (strings.HasPrefix(p.line, c.Root+"/") || descends(p.pid, command)) {
			all = append(all, p.pid)
		}
	}
	return all
}

func victimNamed(name string) victim {
	return victims[slices.IndexFunc(victims, func(v victim) bool { return v.name == name })]
}

// process is one of this machine, with its command line.
type process struct {
	pid  int
	line string
}

func processes() (all []process) {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		line, err := os.ReadFile(path)
		pid, numberErr := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && numberErr == nil && pid > 1 {
			all = append(all, process{pid, string(line)})
		}
	}
	return all
}

func descends(pid, from int) bool {
	for pid > 1 {
		if pid == from {
			return true
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			return false
		}
		_, rest, _ := strings.Cut(string(status), "PPid:")
		pid, _ = strconv.Atoi(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]))
	}
	return false
}

// requireGone requires what `modelway down` promises: no process of the checkout, and in its state folder programs and locks only.
func (s *stack) requireGone() {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return len(s.processes()) == 0 }, patience, tick, "processes are left: %q", s.processes())
	for _, name := range entries(s.t, s.c.State()) {
		require.Contains(s.t, kept, name, "left in the state folder")
	}
	for _, name := range entries(s.t, s.c.State("run")) {
		require.Equal(s.t, ".lock", filepath.Ext(name), "%s is left in the folder of the run", name)
	}
}

// processes are the command lines of those that run a program of the checkout.
func (s *stack) processes() (all []string) {
	for _, p := range processes() {
		if slices.ContainsFunc(strings.Split(p.line, "\x00"), func(arg string) bool { return strings.HasPrefix(arg, s.c.Root+"/") }) {
			all = append(all, strings.ReplaceAll(p.line, "\x00", " "))
		}
	}
	return all
}
