// Package command holds the commands of the local stack, which the Makefile calls.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/strict"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
)

// Run executes the command line and returns the process's exit code: 0 done, 1 failed, 2 nothing was begun, as with a usage error, 130
// ended by Ctrl-C, 143 by SIGTERM.
func Run(args []string) int {
	ctx, stop := interruptible(context.Background(), os.Stderr, func(code int) {
		endChildren()
		os.Exit(code)
	})
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		tell(err)
		if engine.FullDisk(err) {
			fmt.Fprintln(os.Stderr, "The disk is full: make room on it, then run the command again")
		}
		var f failure
		if errors.As(err, &f) {
			f.conclude(ctx, os.Stderr)
		}
		if errors.As(err, new(usageError)) {
			return 2
		}
		var by signalled
		if errors.As(context.Cause(ctx), &by) {
			return by.code()
		}
		return 1
	}
	return 0
}

// tell prints an error as wide as the terminal is, with fixes that the machine can carry out.
func tell(err error) {
	for _, line := range terminal.Of(os.Stderr).Wrap("error: "+strict.Feasible(project.Callable(err.Error(), ".")), 0) {
		fmt.Fprintln(os.Stderr, line)
	}
}

// say prints a text with commands that the machine finds.
func say(out io.Writer, format string, args ...any) {
	fmt.Fprint(out, project.Callable(fmt.Sprintf(format, args...), "."))
}

type usageError struct{ error }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "modelway-local",
		Short:         "Modelway on one machine: the real engine and a real Kubernetes API, no AWS account",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(newUp(), newPreview(), newRefresh(), newDown(), newStatus(), newBench(), newServe(), newTrain(), newTracking(), newChain())
	for _, command := range root.Commands() {
		command.Args = cobra.NoArgs
	}
	return root
}

// alone runs an engine operation on the binary's checkout, one at a time.
func alone(run func(checkout.Checkout) error) error {
	c, err := checkout.OfBinary()
	if err != nil {
		return err
	}
	release, err := exclusive(c)
	if err != nil {
		return err
	}
	defer release()
	return run(c)
}

// exclusive takes the checkout's lock for as long as the command runs: one engine operation at a time. The returned
// function gives it back.
func exclusive(c checkout.Checkout) (func(), error) {
	return take(c, "command", "another command is at work on this checkout's local stack")
}

// take takes a lock of a checkout; busy says who has it otherwise.
func take(c checkout.Checkout, name, busy string) (func(), error) {
	if err := os.MkdirAll(c.State("run"), 0o755); err != nil {
		return nil, err
	}
	lock := flock.New(c.State("run", name+".lock"))
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", lock.Path(), err)
	}
	if !free {
		return nil, usageError{errors.New(busy + ": wait for it, or stop it with Ctrl-C in its terminal")}
	}
	return func() { _ = lock.Unlock() }, nil
}
