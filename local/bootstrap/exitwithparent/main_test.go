package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// built is this command.
var built = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "built")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(name)
})

// runner is this command with a script as the published program of its name.
func runner(t *testing.T, script string) string {
	t.Helper()
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "plugin")
	published := filepath.Join(dir, "published", "plugin")
	err = errors.Join(os.WriteFile(name, program, 0o755), os.Mkdir(filepath.Dir(published), 0o755))
	if err = errors.Join(err, os.WriteFile(published, []byte("#!/bin/sh\n"+script+"\n"), 0o755)); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestRunsThePublishedProgram(t *testing.T) {
	name := runner(t, `read line; echo "$line $*"; echo oops >&2; exit 7`)
	command := exec.Command(name, "127.0.0.1:1", "-v")
	command.Stdin = strings.NewReader("hello\n")
	out, err := command.Output()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 7 || string(out) != "hello 127.0.0.1:1 -v\n" || string(ended.Stderr) != "oops\n" {
		t.Fatalf("got %q, %v", out, err)
	}
}

func TestSaysWhatIsMissing(t *testing.T) {
	name := runner(t, "")
	if err := os.RemoveAll(filepath.Join(filepath.Dir(name), "published")); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(name).CombinedOutput(); err == nil || !strings.Contains(string(out), "published/plugin: no such file") {
		t.Fatalf("got %q, %v", out, err)
	}
}

// The published program ends with its runner, and both with what started them. It holds the standard output open while it lives.
func TestEndsWithItsParent(t *testing.T) {
	const script = "echo started $$; exec sleep 600"
	for name, start := range map[string]func(plugin string) *exec.Cmd{
		"parent killed": func(plugin string) *exec.Cmd { return exec.Command("sh", "-c", `"$0" & wait`, plugin) },
		"runner killed": func(plugin string) *exec.Cmd { return exec.Command(plugin) },
	} {
		if name == "runner killed" && runtime.GOOS != "linux" {
			t.Log("runner killed: only the kernel of Linux ends the program then")
			continue
		}
		command := start(runner(t, script))
		out, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "started ") {
			t.Fatalf("%s: got %q, %v", name, line, err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if line, err := lines.ReadString('\n'); err == nil {
			t.Fatalf("%s: got %q", name, line)
		} // the end of the output is that of the last process that has it
		_ = command.Wait()
	}
}
