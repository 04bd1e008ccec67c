package supervisor

import (
	"log/slog"
	"path/filepath"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
)

// sampleImage is the image of the sample model server; its pods run as processes of the built program.
const sampleImage = "ghcr.io/modelway/model-server"

func nodesConfig(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger) nodes.Config {
	return nodes.Config{
		Client:   k.client,
		Account:  account,
		Binaries: map[string]string{sampleImage: filepath.Join(c.Bin(), "modelserver")},
		LogDir:   c.Logs(),
		Log:      log,
	}
}

func loadBalancerConfig(k kubernetes, account *aws.Account, log *slog.Logger) loadbalancer.Config {
	return loadbalancer.Config{Client: k.client, Account: account, Log: log}
}
