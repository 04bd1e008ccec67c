package kubelet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// startFailed is the exit code of a container whose program could not be started, as container runtimes give it.
	startFailed = 128
	// drainPeriod is how long the output of a program that has ended is waited for.
	drainPeriod = time.Second
)

// process is a running program.
type process struct {
	command *exec.Cmd
	stopped atomic.Bool
	ended   chan struct{}
}

// startHelper starts a command in namespaces of its own, and returns once it has begun, or why it could not.
func startHelper(l launch, environment []string, output io.Writer) (*exec.Cmd, error) {
	told, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	faults, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer faults.Close()
	command := &exec.Cmd{
		Path: self, Args: []string{HelperName, string(told)}, Env: environment, Stdout: output, Stderr: output,
		ExtraFiles: []*os.File{write}, SysProcAttr: processAttributes(), WaitDelay: drainPeriod,
	}
	namespaces(command)
	err = command.Start()
	_ = write.Close()
	if err != nil {
		return nil, err
	}
	fault, err := io.ReadAll(faults)
	if err == nil && len(fault) > 0 {
		err = errors.New(string(fault))
	}
	if err != nil {
		_ = command.Process.Kill()
		_ = command.Wait()
		return nil, err
	}
	return command, nil
}

// startPlain starts a command that sees this machine's files.
func startPlain(l launch, environment []string, output io.Writer) (*exec.Cmd, error) {
	program, err := lookPath(l.Command[0], environment)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", l.Command[0], err)
	}
	command := &exec.Cmd{
		Path: program, Args: l.Command, Env: environment, Stdout: output, Stderr: output,
		SysProcAttr: processAttributes(), WaitDelay: drainPeriod,
	}
	for _, dir := range l.Directories {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			command.Dir = dir
			break
		}
	}
	return command, command.Start()
}

// lookPath finds a program by the PATH of an environment.
func lookPath(name string, environment []string) (string, error) {
	if strings.Contains(name, "/") {
		return exec.LookPath(name)
	}
	for _, variable := range environment {
		if list, found := strings.CutPrefix(variable, "PATH="); found {
			for _, dir := range filepath.SplitList(list) {
				if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
					return path, nil
				}
			}
		}
	}
	return "", fmt.Errorf("%w: it is in no folder of PATH", exec.ErrNotFound)
}

// begin starts a command by start, and calls ended with its exit code when it has ended. The kernel ties the parent-death signal to the
// thread that forked, so one thread does both.
func begin(start func() (*exec.Cmd, error), ended func(code int32)) (*process, error) {
	p := &process{ended: make(chan struct{})}
	begun := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		command, err := start()
		p.command = command
		if begun <- err; err != nil {
			return
		}
		_ = command.Wait()
		p.stopped.Store(true)
		killGroup(command.Process.Pid) // what it left behind
		close(p.ended)
		ended(codeOf(command.ProcessState))
	}()
	return p, <-begun
}

// codeOf is the exit code as container runtimes give it: 128 and its number after a signal.
func codeOf(state *os.ProcessState) int32 {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return startFailed + int32(status.Signal())
	}
	return int32(state.ExitCode())
}

// terminate asks the program to end, and kills it and its children at the deadline.
func (p *process) terminate(deadline time.Time) {
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(max(time.Until(deadline), time.Second)):
		p.kill()
	}
}

func (p *process) kill() {
	_ = p.command.Process.Kill() // it may have ended
	if !p.stopped.Load() {
		killGroup(p.command.Process.Pid)
	}
}

// killGroup kills the processes that a program has started and that did not leave its group.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
