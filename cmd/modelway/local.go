package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/project"
)

// handOver brings the programs of the local stack up to date, and becomes the one that runs the command, in this terminal and with the
// signals and the exit code of this process.
func handOver(cmd *cobra.Command, _ []string) error {
	_, program, err := localProgram(cmd.OutOrStdout(), cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	err = syscall.Exec(program, append([]string{program}, localcli.Args(cmd)...), os.Environ())
	return fmt.Errorf("starting %s: %w", program, err)
}

// localProgram finds the project around this folder, and the program of the local stack for it, which it brings up to date.
func localProgram(out, errOut io.Writer) (p project.Project, program string, err error) {
	if p, err = project.Find("."); err != nil {
		return p, "", err
	}
	ctx, stop := untilSignalled()
	defer stop()
	checkout, err := p.Checkout(ctx, errOut)
	if err == nil {
		err = checkout.Build(ctx, out, errOut)
	}
	if err == nil && checkout.Root != p.Root {
		err = checkout.Lend(p)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return p, p.State("bin", localcli.Program), err
}

// untilSignalled is a context that Ctrl-C or SIGTERM ends. Its cause is the exit code by which shells tell that a signal ended a process.
func untilSignalled() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case s := <-signals:
			cancel(endedError(128 + int(s.(syscall.Signal))))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// runLocal runs a command of the local stack for the project around this folder, and comes back. All that it prints goes to one place.
func runLocal(out io.Writer, args ...string) (project.Project, error) {
	p, program, err := localProgram(out, out)
	if err != nil {
		return p, err
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, out, out
	err = attend(cmd)
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return p, endedError(ended.ExitCode())
	}
	return p, err
}

// endedError is the exit code of a program that has said itself what went wrong.
type endedError int

// Error names the code, which nobody has to be told.
func (e endedError) Error() string { return fmt.Sprintf("ended with exit code %d", int(e)) }

// ExitCode is that of the program.
func (e endedError) ExitCode() int { return int(e) }

// attend runs a program until it ends by itself. A terminal sends its Ctrl-C to both; SIGTERM is handed on.
func attend(cmd *exec.Cmd) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			return err
		case s := <-signals:
			if s == syscall.SIGTERM {
				_ = cmd.Process.Signal(s) // it may have ended
			}
		}
	}
}
