package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/localcli"
	"github.com/modelway/modelway/internal/rollout"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/local/chain"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/supervisor"
)

func newChain() *cobra.Command {
	var options localcli.Chain
	return options.Command(func(cmd *cobra.Command, _ []string) error {
		c, err := checkout.OfBinary()
		if err != nil {
			return err
		}
		release, err := take(c, "chain", "another `make chain` is under way in this checkout")
		if err != nil {
			return err
		}
		defer release()
		port, err := freePort(0)
		if err != nil {
			return err
		}
		return chain.Run(cmd.Context(), c, chain.Options{
			Out: cmd.OutOrStdout(), Terminal: terminal.Of(cmd.OutOrStdout()).Live, Keep: options.Keep, Skip: options.Skip, Port: port,
			Source: clusterOf, Prometheus: prometheusOf,
		})
	})
}

// clusterOf reaches the cluster of a checkout's stack.
func clusterOf(c checkout.Checkout, status supervisor.Status) (rollout.Source, error) {
	client, err := status.Client()
	return sourceOf(c, status, client), err
}

// prometheusOf is the address of a stack's Prometheus, or an error that says why it has none.
func prometheusOf(ctx context.Context, status supervisor.Status) (string, error) {
	client, err := status.Client()
	if err != nil {
		return "", err
	}
	found := prometheusPage.find(ctx, client)
	if found.url == "" {
		return "", errors.New("prometheus " + found.why)
	}
	return found.url, nil
}
