package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/outputs"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

func newStatus() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show whether the local stack runs, and how to reach it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return status(cmd.OutOrStdout()) },
	}
}

func status(out io.Writer) error {
	c, err := checkout.OfBinary()
	if err != nil {
		return err
	}
	stack := cmp.Or(upStack(c), localStack)
	if atWork(c) {
		fmt.Fprintf(out, "%-12s one is at work on this checkout's local stack\n", "command")
	}
	s, ok := supervisor.Running(c)
	if !ok {
		fmt.Fprintf(out, "The local stack is not running: start it with `%s`\n", makeUp(stack))
		return nil
	}
	fmt.Fprintf(out, "%-12s %s\n", "stack", cmp.Or(upStack(c), "none"))
	fmt.Fprintf(out, "%-12s process %d\n", "supervisor", s.Pid)
	fmt.Fprintf(out, "%-12s %s\n", "kubernetes", s.Endpoint)
	fmt.Fprintf(out, "%-12s %s --kubeconfig %s get pods -A\n", "kubectl", filepath.Join(c.Bin(), "kubectl"), s.Kubeconfig)
	if connection, err := localstore.Read(c.Root); err == nil {
		fmt.Fprintf(out, "%-12s %s, see docs/store.md\n", "s3", connection.Endpoint)
	}
	fmt.Fprintf(out, "%-12s %s\n", "logs", c.Logs())
	p := local(c, s, 0)
	p.Stack = stack
	values, err := p.Outputs()
	if err != nil {
		return err
	}
	urls, _ := values[outputs.ModelURLs].(map[string]any) // none before the first up has ended
	writeURLs(out, urls, nil)
	return nil
}

// atWork says whether a command has the checkout's lock.
func atWork(c checkout.Checkout) bool {
	release, err := exclusive(c)
	if err == nil {
		release()
	}
	return errors.As(err, new(usageError))
}
