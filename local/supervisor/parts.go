package supervisor

import (
	"log/slog"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/kubelet"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
	"github.com/modelway/modelway/local/programs"
)

func nodesConfig(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger, isolation kubelet.Isolation) nodes.Config {
	return nodes.Config{
		Client: k.client, Account: account, Log: log,
		Programs: programs.Of(c), Isolation: isolation, PodDir: podDir(c), LogDir: c.Logs(),
	}
}

// podDir is the folder for the files of running pods.
func podDir(c checkout.Checkout) string { return c.State("pods") }

func loadBalancerConfig(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger) loadbalancer.Config {
	return loadbalancer.Config{
		Client: k.client, Account: account, Log: log,
		Ports: func() []int { return ports(c) }, Held: holder(c, log),
	}
}
