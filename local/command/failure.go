package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/modelway/modelway/internal/review/outline"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/engine"
)

// failure is the error of an operation on a stack, with what its verdict tells.
type failure struct {
	error
	outline.Failure
}

func (f failure) Unwrap() error { return f.error }

// failed makes the error of an operation one with a verdict, unless it has one, or nothing was begun.
func failed(operation, stack, changed string, err error) error {
	if err == nil || errors.As(err, new(failure)) || errors.As(err, new(usageError)) {
		return err
	}
	return failureOf(operation, stack, changed, err)
}

func failureOf(operation, stack, changed string, err error) failure {
	return failure{error: err, Failure: outline.Failure{Stack: stack, Operation: operation, Fault: err.Error(), Changed: changed}}
}

// changed says what an operation of the engine did before it failed.
func changed(progress *engine.Progress, err error) string {
	if errors.Is(err, engine.ErrRefused) || len(progress.Changes) == 0 {
		return outline.Unchanged
	}
	return summary(progress.Changes)
}

// conclude writes the verdict of an error that has one, as the last of all that is printed.
func (f failure) conclude(ctx context.Context, out io.Writer) {
	f.Interrupted = errors.As(context.Cause(ctx), new(signalled))
	for _, line := range f.Lines(terminal.Of(out)) {
		fmt.Fprintln(out, line)
	}
}
