package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/platform"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/engine"
	"github.com/modelway/modelway/local/supervisor"
)

func newPreview() *cobra.Command {
	var stack string
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Preview an environment offline: the real engine against an empty, simulated AWS account",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return alone(func(c checkout.Checkout) error {
				return preview(cmd.Context(), cmd.OutOrStdout(), c, stack)
			})
		},
	}
	cmd.Flags().StringVar(&stack, "stack", "", "environment: dev, prod or any other with a Pulumi.<stack>.yaml; local previews the running local stack")
	_ = cmd.MarkFlagRequired("stack")
	return cmd
}

func preview(ctx context.Context, out io.Writer, c checkout.Checkout, stack string) error {
	p := environment(c, stack)
	if stack == localStack {
		status, ok := supervisor.Running(c)
		if !ok {
			return errors.New("the local stack is not running: start it with `make up`")
		}
		port, err := choosePort(out, c, 0)
		if err != nil {
			return err
		}
		p = local(c, status, port)
	} else if err := errors.Join(p.Clear(), seed(p)); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(p.Folder, eventLog))
	if err != nil {
		return err
	}
	defer log.Close()
	started := time.Now()
	progress := &engine.Progress{Out: out, Log: log}
	fmt.Fprintf(out, "Previewing stack %s\n", stack)
	if err := engine.Preview(ctx, p, progress, c.Policies()); err != nil {
		return err
	}
	if len(progress.Advised) > 0 {
		fmt.Fprintf(out, "Advisory policies: %s. policies/README.md explains them\n", strings.Join(progress.Advised, ", "))
	}
	fmt.Fprintf(out, "%s to be, previewed in %.0f s\n", summary(progress.Changes), time.Since(started).Seconds())
	return nil
}

// eventLog is the file in a project's folder that keeps the engine's events of the last preview, for `modelway report`.
const eventLog = "preview.jsonl"

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
		Program: platform.Program(c.Root),
	}
}
