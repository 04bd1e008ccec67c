package supervisor

import (
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/modelway/modelway/local/aws"
	"github.com/modelway/modelway/local/checkout"
	"github.com/modelway/modelway/local/loadbalancer"
	"github.com/modelway/modelway/local/nodes"
)

// SampleImage is the image of the sample model server; its pods run as processes of the built program.
const SampleImage = "ghcr.io/modelway/model-server"

// Runs says whether pods of the image run as processes; all others only count as ready.
func Runs(image string) bool {
	return strings.HasPrefix(image, SampleImage+":") || strings.HasPrefix(image, SampleImage+"@")
}

func nodesConfig(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger) nodes.Config {
	return nodes.Config{
		Client:   k.client,
		Account:  account,
		Binaries: map[string]string{SampleImage: filepath.Join(c.Bin(), "modelserver")},
		LogDir:   c.Logs(),
		Log:      log,
	}
}

func loadBalancerConfig(c checkout.Checkout, k kubernetes, account *aws.Account, log *slog.Logger) loadbalancer.Config {
	return loadbalancer.Config{
		Client: k.client, Account: account, Log: log,
		Ports: func() []int { return ports(c) }, Held: holder(c, log),
	}
}
