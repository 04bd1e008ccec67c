package config

import (
	"maps"
	"reflect"
	"slices"

	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

var existingPath = path{"network", "existing"}

// checkExistingNetwork reports internet-facing load balancers without public subnets, and settings of a VPC that is not made.
func checkExistingNetwork(c Config) []Fault {
	existing := c.Network.Existing
	if !existing.Given() {
		return nil
	}
	faults := checkWithoutEffect(c)
	if len(existing.PublicSubnetIds) == 0 && c.internetFacing() {
		for _, fault := range c.of(existingPath, existing.CheckPublic()) {
			faults = append(faults, fault.AlsoReads(balancersPath))
		}
	}
	return faults
}

// internetFacing reports whether a load balancer needs public subnets.
func (c Config) internetFacing() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(c.LoadBalancers)),
		func(b LoadBalancer) bool { return b.Scheme == serving.SchemeInternetFacing })
}

// checkWithoutEffect reports settings of a VPC of the platform's own beside an existing one. Those with their default value say
// nothing.
func checkWithoutEffect(c Config) []Fault {
	var faults []Fault
	given, standard := strict.ToDocument(c.Network), strict.ToDocument(Defaults(c.Environment, c.Region).Network)
	for _, key := range sortedKeys(given) {
		if key == "existing" || reflect.DeepEqual(given[key], standard[key]) {
			continue
		}
		at := path{"network", key}
		faults = append(faults, newFault(at, given[key], Fault{
			Problem: "given, but the VPC is an existing one, so that it would have no effect",
			Allowed: "none beside network.existing.vpcId",
			Fix:     removeFix(c.Environment, at),
		}).AlsoReads(existingPath.At("vpcId")))
	}
	return faults
}
