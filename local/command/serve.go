package command

import (
	"github.com/spf13/cobra"

	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

func newServe() *cobra.Command {
	var kubeconfig string
	cmd := &cobra.Command{
		Use:    "serve",
		Short:  "Run the Kubernetes API, the nodes and the load balancers (started by up)",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := checkout.OfBinary()
			if err != nil {
				return err
			}
			return supervisor.Serve(cmd.Context(), c, kubeconfig, newMapPage(c))
		},
	}
	cmd.Flags().StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig of a cluster to use instead of the embedded control plane")
	return cmd
}
