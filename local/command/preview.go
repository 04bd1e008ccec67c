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
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/review/outline"
	"github.com/modelway/modelway/internal/terminal"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

func newPreview() *cobra.Command {
	var p localcli.Preview
	return p.Command(func(cmd *cobra.Command, _ []string) error {
		return alone(func(c checkout.Checkout) error {
			err := preview(cmd.Context(), cmd.OutOrStdout(), c, p.Stack.String(), p.Base)
			return failed("preview", p.Stack.String(), outline.Unchanged, err)
		})
	})
}

// preview shows what the work tree changes in an environment as the revision has it; without one, in what is up on this machine, or else in
// nothing.
func preview(ctx context.Context, out io.Writer, c checkout.Checkout, stack, revision string) (err error) {
	// A preview that fails before its first event leaves none of an earlier one.
	if err := os.RemoveAll(eventLog(c, stack)); err != nil {
		return err
	}
	if revision == "" {
		p, unseen, err := previewed(out, c, stack)
		if err != nil {
			return err
		}
		return previewProject(ctx, out, c, p, unseen)
	}
	b, err := newBase(ctx, out, c, stack, revision)
	if b != nil {
		defer func() {
			remove := func() error { return b.remove(context.WithoutCancel(ctx), c) }
			err = errors.Join(err, during(out, "Stopping what ran to compare with", remove))
		}()
	}
	if err != nil {
		return err
	}
	p, unseen, err := b.under(c, stack)
	if err != nil {
		return err
	}
	return previewProject(ctx, out, c, p, unseen)
}

// previewProject previews a project. Unseen are the settings that change and that it does not show.
func previewProject(ctx context.Context, out io.Writer, c checkout.Checkout, p engine.Project, unseen []string) error {
	log, err := createEventLog(c, p.Stack)
	if err != nil {
		return err
	}
	defer log.Close()
	if err := events.WriteUnseen(log, unseen); err != nil {
		return err
	}
	progress := &engine.Progress{Out: out, Log: log, Terminal: terminal.Of(out), Outlined: true}
	fmt.Fprintf(out, "Previewing stack %s\n", p.Stack)
	run := func(ctx context.Context) error { return engine.Preview(ctx, p, progress, c.Policies()) }
	if upStack(c) == p.Stack {
		err = guarded(ctx, c, run)
	} else {
		err = run(ctx)
	}
	if errors.Is(err, engine.ErrLost) {
		return fmt.Errorf("%w\nRun `modelway preview --stack %s` again: a preview changes nothing", err, p.Stack)
	}
	return outlined(out, c, p.Stack, err)
}

// outlined writes the outline of the preview that the event log of a stack has, without a verdict where the preview ended with an error:
// the command tells that, and then the verdict.
func outlined(out io.Writer, c checkout.Checkout, stack string, fault error) error {
	data, err := os.ReadFile(eventLog(c, stack))
	if err != nil || len(data) == 0 {
		return cmp.Or(fault, err) // a preview that failed before its first event
	}
	p, err := events.Read(eventLog(c, stack), data)
	if err != nil {
		return cmp.Or(fault, err)
	}
	r := review.Of(p, review.BillsOf(p, time.Now()))
	if fault != nil {
		refused := failureOf("preview", stack, outline.Unchanged, fault)
		if !r.Failed {
			refused.Headline = r.Headline
		}
		fault, r.Errors, r.Headline = refused, nil, ""
	}
	for _, line := range outline.Of(r, terminal.Of(out)) {
		fmt.Fprintln(out, line)
	}
	return fault
}

// previewed is the project of an environment: over what is up on this machine, where that is this environment, or else from nothing.
func previewed(out io.Writer, c checkout.Checkout, stack string) (p engine.Project, hidden []string, err error) {
	if status, running := supervisor.Running(c); running && upStack(c) == stack {
		port, err := choosePort(out, c, 0)
		if err != nil {
			return p, nil, err
		}
		deployed, err := settingsOf(deployedSettings(c), stack)
		if stack == localStack || errors.Is(err, fs.ErrNotExist) { // or its first update did not come to its end
			return hosted(c, status, stack, port), nil, nil
		}
		if err != nil {
			return p, nil, err
		}
		settings, err := settingsOf(c, stack)
		return over(c, status, stack, port, deployed), unseen(deployed, settings), err
	}
	if stack == localStack {
		return p, nil, errors.New("the local stack is not running: start it with `modelway up`")
	}
	p = environment(c, stack)
	return p, nil, errors.Join(p.Clear(), seed(p))
}

// createEventLog makes the file that keeps the engine's events of an environment's last preview, for `modelway report`.
func createEventLog(c checkout.Checkout, stack string) (*os.File, error) {
	file := eventLog(c, stack)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	return os.Create(file)
}

func eventLog(c checkout.Checkout, stack string) string { return localcli.Events(c.Root, stack) }

// environment is an environment's project, previewed from nothing in an account of its own.
func environment(c checkout.Checkout, stack string) engine.Project {
	folder := c.State("preview", stack)
	return engine.Project{
		Root:   c.Root,
		Stack:  stack,
		Folder: folder,
		Bin:    c.Bin(),
		Env: map[string]string{
			"MODELWAY_AWS_STATE": folder + string(os.PathSeparator) + "account.json", "MODELWAY_AWS_CALLER": caller(c, stack),
		},
		Program: program(c, supervisor.Status{}),
	}
}
