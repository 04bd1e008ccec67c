package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/modelway/modelway/local/engine"
)

// grace is how long a command may take to end after SIGTERM.
const grace = 25 * time.Second

// signalled is the cause of a context that a signal ended.
type signalled struct {
	signal syscall.Signal
	// shared says that the signal came from the terminal, which sends it to the engine too.
	shared bool
}

func (s signalled) Error() string { return "interrupted by " + s.signal.String() }

// Is makes a signal from the terminal known to the engine's package.
func (s signalled) Is(target error) bool { return target == engine.ErrInterruptedItself && s.shared }

// code is the exit code by which shells tell that a signal ended a process: 130 for Ctrl-C, 143 for SIGTERM.
func (s signalled) code() int { return 128 + int(s.signal) }

// interruptible is a context that the first Ctrl-C or SIGTERM ends. The second one ends the process at once, and so does the end of the
// grace after SIGTERM, whatever the process is doing. The returned function ends the watch.
func interruptible(ctx context.Context, out io.Writer, exit func(code int)) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		var deadline <-chan time.Time
		var first *signalled
		for {
			select {
			case <-done:
				return
			case <-deadline:
				fmt.Fprintf(out, "Not ended within %s of SIGTERM: ending at once\n", grace)
				exit(first.code())
				return
			case s := <-signals:
				got := signalled{signal: s.(syscall.Signal), shared: s == os.Interrupt && foreground()}
				if first != nil {
					fmt.Fprintln(out, "Ending at once; the next run puts in order what this one leaves")
					exit(got.code())
					return
				}
				first = &got
				if got.signal == syscall.SIGTERM {
					deadline = time.After(grace)
				}
				fmt.Fprintln(out, "Interrupted: waiting for the steps under way to end (Ctrl-C again ends them at once)")
				cancel(got)
			}
		}
	}()
	return ctx, func() { signal.Stop(signals); close(done); cancel(nil) }
}

// foreground says whether a terminal sends its Ctrl-C to this process and those that it started.
func foreground() bool {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return false
	}
	group, err := terminalGroup(int(os.Stdin.Fd()))
	return err == nil && group == syscall.Getpgrp()
}

// endChildren kills what this process started, but for what has a process group of its own, as the supervisor has.
func endChildren() {
	tasks, _ := filepath.Glob("/proc/self/task/*/children") // there on Linux only
	for _, path := range tasks {
		data, _ := os.ReadFile(path)
		for _, field := range strings.Fields(string(data)) {
			pid, err := strconv.Atoi(field)
			if group, groupErr := syscall.Getpgid(pid); err == nil && groupErr == nil && pid > 1 && group == syscall.Getpgrp() {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}
