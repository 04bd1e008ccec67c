package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

func newRefresh() *cobra.Command {
	return localcli.Refresh(func(cmd *cobra.Command, _ []string) error {
		return alone(func(c checkout.Checkout) error { return refresh(cmd.Context(), cmd.OutOrStdout(), c) })
	})
}

func refresh(ctx context.Context, out io.Writer, c checkout.Checkout) error {
	status, ok := supervisor.Running(c)
	stack := upStack(c)
	if !ok || stack == "" {
		return errors.New("the local stack is not running: start it with `modelway up`")
	}
	if err := awaitAPI(ctx, out, c, status); err != nil {
		return err
	}
	port, err := choosePort(out, c, 0)
	if err != nil {
		return err
	}
	progress := &engine.Progress{Out: out, Terminal: terminal.Of(out)}
	err = guarded(ctx, c, func(ctx context.Context) error { return engine.Refresh(ctx, hosted(c, status, stack, port), progress) })
	if err != nil && !errors.Is(err, engine.ErrStateLost) { // which says what helps
		err = fmt.Errorf("%w\nRun `modelway refresh` again, or `modelway up`, which starts what has ended", err)
	}
	if err != nil {
		return failed("refresh", stack, "", err)
	}
	fmt.Fprintln(out, drift(progress.Changes, stack))
	return nil
}

// drift says what a refresh found.
func drift(found []engine.Change, stack string) string {
	if len(found) == 0 {
		return summary(found)
	}
	return fmt.Sprintf("Drift: %s beside the stack; `%s` puts it back", summary(found), upCommand(stack))
}
