// Command exitwithparent runs the program of its own name in the folder published beside it, and ends it when what started it is gone: a
// published plugin of the engine notices that only when it next speaks to the engine, and until then it would go on creating what nobody
// will know of.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// The kernel's parent-death signal follows the thread that started a child: the main thread lives as long as the process.
func init() { runtime.LockOSThread() }

func main() {
	parent := os.Getppid()
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.EvalSymlinks(program)
	}
	if err != nil {
		fail(err)
	}
	command := exec.Command(filepath.Join(filepath.Dir(program), "published", filepath.Base(program)), os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.SysProcAttr = endedWithThis()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	if err := command.Start(); err != nil {
		fail(err)
	}
	go func() {
		for {
			select {
			case s := <-signals:
				_ = command.Process.Signal(s)
			case <-time.After(100 * time.Millisecond):
				if os.Getppid() != parent {
					_ = command.Process.Kill()
				}
			}
		}
	}()
	err = command.Wait()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.ExitCode() >= 0 {
		os.Exit(ended.ExitCode())
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
