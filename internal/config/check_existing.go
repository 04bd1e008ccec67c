package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/modelway/modelway/internal/pattern"
	"github.com/modelway/modelway/internal/strict"
)

var (
	existingPath = path{"network", "existing"}
)

// checkExistingNetwork wants a VPC with all its subnets, or none of it, and no settings of a VPC that is not made.
func checkExistingNetwork(c Config) []Fault {
	existing, id := c.Network.Existing, existingPath.At("vpcId")
	if !existing.Given() {
		if len(existing.PrivateSubnetIds)+len(existing.PublicSubnetIds) == 0 {
			return nil
		}
		return []Fault{newFault(id, absent{}, Fault{
			Problem: "missing, but there are subnets of it",
			Allowed: "the id of the VPC that the subnets are in",
			Fix:     either(setFix(c.Environment, id, exampleVpc), removeFix(c.Environment, existingPath)),
		}).AlsoReads(existingPath.At("privateSubnetIds"), existingPath.At("publicSubnetIds"))}
	}
	var faults []Fault
	if !pattern.VpcId.MatchString(existing.VpcId) {
		faults = append(faults, newFault(id, existing.VpcId, Fault{Problem: "not the id of a VPC",
			Allowed: "vpc- and 8 or 17 hexadecimal digits", Fix: setFix(c.Environment, id, exampleVpc)}))
	}
	faults = append(faults, checkSubnetIds(c, "privateSubnetIds", existing.PrivateSubnetIds, true)...)
	faults = append(faults, checkSubnetIds(c, "publicSubnetIds", existing.PublicSubnetIds, c.internetFacing())...)
	for _, subnet := range existing.PublicSubnetIds {
		if i := slices.Index(existing.PrivateSubnetIds, subnet); i >= 0 {
			at := existingPath.At("privateSubnetIds", i)
			faults = append(faults, newFault(at, subnet, Fault{Problem: "among publicSubnetIds as well",
				Allowed: "each subnet once", Fix: removeFix(c.Environment, at)}).AlsoReads(existingPath.At("publicSubnetIds")))
		}
	}
	return append(faults, checkWithoutEffect(c)...)
}

const (
	exampleVpc    = "vpc-0123456789abcdef0"
	exampleSubnet = "subnet-0123456789abcdef0"
)

func checkSubnetIds(c Config, key string, ids []string, required bool) []Fault {
	at := existingPath.At(key)
	var faults []Fault
	for i, id := range ids {
		if !pattern.SubnetId.MatchString(id) {
			faults = append(faults, newFault(at.At(i), id, Fault{Problem: "not the id of a subnet",
				Allowed: "subnet- and 8 or 17 hexadecimal digits", Fix: setFix(c.Environment, at.At(i), ownSubnet(c, key, i))}))
		}
	}
	if required && len(ids) < 2 {
		var fixes []string
		for i := len(ids); i < 2; i++ {
			fixes = append(fixes, remark(setFix(c.Environment, at.At(i), ownSubnet(c, key, i)), "a subnet of your own"))
		}
		faults = append(faults, newFault(at, ids, Fault{
			Problem: fmt.Sprintf("%d subnets; EKS and Application Load Balancers need two, in two zones", len(ids)),
			Allowed: "2 to 6 ids of subnets, one per zone",
			Fix:     steps(fixes...),
		}).AlsoReads(existingPath.At("vpcId"), balancersPath))
	}
	return faults
}

// ownSubnet returns the id of a subnet to show in a fix, which the settings do not name yet.
func ownSubnet(c Config, key string, i int) string {
	kind, given := 1, slices.Concat(c.Network.Existing.PrivateSubnetIds, c.Network.Existing.PublicSubnetIds)
	if key == "publicSubnetIds" {
		kind = 2
	}
	for ; ; i++ {
		if id := fmt.Sprintf("subnet-0123456789abcd%d%02x", kind, i); !slices.Contains(given, id) {
			return id
		}
	}
}

// internetFacing reports whether a load balancer needs public subnets.
func (c Config) internetFacing() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(c.LoadBalancers)), func(b LoadBalancer) bool { return b.Scheme == SchemeInternetFacing })
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
