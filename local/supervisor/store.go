package supervisor

import (
	"fmt"
	"log/slog"

	k8s "k8s.io/client-go/kubernetes"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/store"
)

// openStore begins to listen for S3 and STS on the port that the checkout had before.
func openStore(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger) (*store.Server, error) {
	client, err := k8s.NewForConfig(k.client)
	if err != nil {
		return nil, err
	}
	s, err := store.Listen(store.Config{
		Root: c.Root, Folder: c.State("store"), Account: account, Review: store.ClusterReviewer(client), Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("starting the S3 of the local stack: %w", err)
	}
	return s, nil
}
