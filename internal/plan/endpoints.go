package plan

import (
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/network"
)

// Endpoints are the services with an interface endpoint, each once, in order of name: those of the sets that the settings name, and where
// nothing leads to the internet those that the Helm add-ons call.
func Endpoints(cfg config.Config) ([]string, error) {
	services, err := network.EndpointServices(cfg.Network.InterfaceEndpoints)
	if err != nil || cfg.Network.NatGateways != network.NatNone {
		return services, err
	}
	facts := cfg.Facts()
	for _, row := range addons.Installed(facts) {
		if row.Endpoints != nil {
			services = append(services, row.Endpoints(facts)...)
		}
	}
	slices.Sort(services)
	return slices.Compact(services), nil
}
