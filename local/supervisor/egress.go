package supervisor

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/egress"
	"github.com/modelway/modelway/local/nodes"
)

// connect starts the embedded control plane and, before it, its way to pods, which is served in the group; or it reads the user's
// kubeconfig. A user's own API server has no such way: the pods that run here listen on addresses of this machine, which it does not reach.
func connect(
	ctx context.Context,
	group *errgroup.Group,
	c checkout.Checkout,
	kubeconfig string,
	account *aws.Account,
	log *slog.Logger,
) (kubernetes, error) {
	if kubeconfig != "" {
		return external(kubeconfig)
	}
	listener, err := egress.Listen(controlPlaneFolder(c))
	if err != nil {
		return kubernetes{}, err
	}
	podAt := func(ip string) (string, error) { return nodes.PodAt(account, ip) }
	group.Go(func() error { return egress.Serve(ctx, listener, egress.Config{Pod: podAt, Log: log}) })
	return embedded(ctx, c, listener.Addr().String(), log)
}

func controlPlaneFolder(c checkout.Checkout) string { return c.State("kubernetes") }
