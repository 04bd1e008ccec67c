package config

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/network"
)

// checkWayOut wants a way to AWS and to images for private subnets without a NAT gateway.
func checkWayOut(c Config) []Fault {
	nat, endpoints, mirror := path{"network", "natGateways"}, path{"network", "interfaceEndpoints"}, path{"images", "mirror"}
	if c.Network.NatGateways != network.NatNone || c.Network.Existing.Given() {
		return nil
	}
	var faults []Fault
	if !slices.Contains(c.Network.InterfaceEndpoints, network.EndpointsPrivate) {
		faults = append(faults, newFault(nat, c.Network.NatGateways, Fault{
			Problem: "private subnets would have no way to AWS: nodes could not join and no pod could pull its image",
			Allowed: strings.Join(network.NatModes[1:], ", ") + ", or none together with interfaceEndpoints: [private]",
			Fix: either(setFix(c.Environment, endpoints.At(len(c.Network.InterfaceEndpoints)), network.EndpointsPrivate),
				setFix(c.Environment, nat, network.NatSingle)),
		}).AlsoReads(endpoints))
	}
	if c.Images.Mirror == "" {
		faults = append(faults, newFault(mirror, absent{}, Fault{
			Problem: "missing, but natGateways is none: the load balancer controller's image is in a public registry, which private subnets could " +
				"not reach",
			Allowed: "an ECR registry of yours with copies of the platform's images",
			Fix: either(remark(setFix(c.Environment, mirror, addons.ExampleMirror(c.Region)),
				"your own registry; docs/images.md lists what to copy"),
				setFix(c.Environment, nat, network.NatSingle)),
		}).AlsoReads(nat))
	}
	return faults
}
