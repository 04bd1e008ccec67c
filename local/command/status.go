package command

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

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
	s, ok := supervisor.Running(c)
	if !ok {
		fmt.Fprintln(out, "The local stack is not running: start it with `make up`")
		return nil
	}
	fmt.Fprintf(out, "%-12s process %d\n", "supervisor", s.Pid)
	fmt.Fprintf(out, "%-12s %s\n", "kubernetes", s.Endpoint)
	fmt.Fprintf(out, "%-12s %s --kubeconfig %s get pods -A\n", "kubectl", filepath.Join(c.Bin(), "kubectl"), s.Kubeconfig)
	fmt.Fprintf(out, "%-12s %s\n", "logs", c.Logs())
	return nil
}
