package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/durable"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
	"github.com/modelway/modelway/local/tracking"
)

func newDown() *cobra.Command {
	var d localcli.Down
	return d.Command(func(cmd *cobra.Command, _ []string) error {
		return alone(func(c checkout.Checkout) error {
			stack := cmp.Or(upStack(c), localStack)
			return failed("removal", stack, "", down(cmd.Context(), cmd.OutOrStdout(), c, d.Forget))
		})
	})
}

func down(ctx context.Context, out io.Writer, c checkout.Checkout, forget bool) error {
	if !forget {
		err := destroy(ctx, out, c)
		if errors.Is(err, engine.ErrStateLost) {
			return err // it says what helps
		}
		if err != nil {
			return fmt.Errorf("%w\nRun `modelway down` again: it goes on with what is left", err)
		}
	}
	stop := func() error { return errors.Join(supervisor.Stop(c, 30*time.Second), tracking.Stop(c)) }
	if err := during(out, "Stopping the Kubernetes API, the nodes and the load balancers", stop); err != nil {
		return err
	}
	if err := removeState(c); err != nil {
		return err
	}
	say(out, "The local stack is gone; the built programs stay for the next `modelway up` (`%s` removes them)\n", c.Make("clean"))
	return nil
}

// destroy removes the stack's resources; the cluster must run for that, so it is started if it is not.
func destroy(ctx context.Context, out io.Writer, c checkout.Checkout) error {
	stack := upStack(c)
	if stack == "" {
		return nil
	}
	port, err := choosePort(out, c, 0)
	if err != nil {
		return err
	}
	status, err := startCluster(ctx, out, c, "")
	if err != nil {
		return err
	}
	started := time.Now()
	fmt.Fprintf(out, "Destroying stack %s\n", stack)
	progress := &engine.Progress{Out: out, Terminal: terminal.Of(out)}
	err = guarded(ctx, c, func(ctx context.Context) error { return engine.Destroy(ctx, hosted(c, status, stack, port), progress) })
	if err != nil && !errors.Is(err, engine.ErrNoStack) {
		return failed("removal", stack, changed(progress, err), explain(ctx, status, err))
	}
	fmt.Fprintf(out, "%s in %.0f s\n", summary(progress.Changes), time.Since(started).Seconds())
	return nil
}

// kept are the parts of the state folder that are expensive to make and hold nothing of a stack, and the folder of `make chain`, whose stack
// is another one and may be up.
var kept = []string{"bin", "modelway", "node", "python", "training", "build", "run", "chain"}

func removeState(c checkout.Checkout) error {
	entries, err := os.ReadDir(c.State())
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if slices.Contains(kept, entry.Name()) {
			continue
		}
		if err := durable.RemoveAll(filepath.Join(c.State(), entry.Name())); err != nil {
			return err
		}
	}
	return removeRun(c)
}

// removeRun empties the folder of what belongs to a run, such as the copy of the cluster's credential, but for the locks: a process that
// waits for one would hold a file that is not there.
func removeRun(c checkout.Checkout) error {
	entries, err := os.ReadDir(c.State("run"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".lock" {
			continue
		}
		if err := os.RemoveAll(c.State("run", entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
