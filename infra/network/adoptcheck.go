package network

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/rule"
)

// inputOf names the input with the subnets of a kind.
var inputOf = map[string]string{network.Private: "PrivateSubnetIds", network.Public: "PublicSubnetIds"}

// Validate reports every fault that can be seen without looking up the VPC.
func (a *AdoptedNetworkArgs) Validate() error {
	existing := network.Existing{VpcId: a.VpcId, PrivateSubnetIds: a.PrivateSubnetIds, PublicSubnetIds: a.PublicSubnetIds}
	faults := []error{rule.Join(existing.Check())}
	if !existing.Given() {
		faults = append(faults, errors.New("VpcId is empty: name the VPC of the subnets"))
	}
	if a.Region == "" {
		faults = append(faults, errRegion)
	}
	if a.ClusterName == "" {
		faults = append(faults, errClusterName)
	}
	return errors.Join(faults...)
}

// found is what AWS says of a VPC and its subnets.
type found struct {
	// vpc is nil when it was not found.
	vpc             *foundVpc
	private, public []foundSubnet
	// lost are the look-ups that failed.
	lost []error
}

type foundVpc struct{ dnsSupport, dnsHostnames bool }

type foundSubnet struct {
	id, vpc, zone, block string
	givesPublicAddresses bool
	tags                 map[string]string
}

// check reports every fault together. The address budget is left out while subnets are missing.
func (f found) check(a *AdoptedNetworkArgs) error {
	faults := slices.Clone(f.lost)
	if f.vpc != nil {
		faults = append(faults, f.vpc.faults(a.VpcId)...)
	}
	blocks := map[string][]netip.Prefix{}
	for _, list := range []struct {
		kind    string
		subnets []foundSubnet
	}{{network.Private, f.private}, {network.Public, f.public}} {
		for _, s := range list.subnets {
			faults = append(faults, s.faults(a, list.kind)...)
			if block, err := netip.ParsePrefix(s.block); err == nil {
				blocks[list.kind] = append(blocks[list.kind], block)
			}
		}
		faults = append(faults, crowded(inputOf[list.kind], list.subnets)...)
	}
	if len(blocks[network.Private]) == len(a.PrivateSubnetIds) && len(blocks[network.Public]) == len(a.PublicSubnetIds) {
		faults = append(faults, network.CheckAdoptedAddresses(blocks, a.Demand))
	}
	return errors.Join(faults...)
}

// faults are the attributes that private endpoints of EKS and of other services need
// (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
func (v foundVpc) faults(id string) []error {
	var faults []error
	for _, attribute := range []struct {
		name string
		on   bool
	}{{"enableDnsSupport", v.dnsSupport}, {"enableDnsHostnames", v.dnsHostnames}} {
		if !attribute.on {
			faults = append(faults, fmt.Errorf("VpcId %s has %s off, without which nodes do not find the cluster: switch it on", id, attribute.name))
		}
	}
	return faults
}

func (s foundSubnet) faults(a *AdoptedNetworkArgs, kind string) []error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s has %s, "+format, append([]any{inputOf[kind], s.id}, args...)...))
	}
	if s.vpc != a.VpcId {
		fault("which is in %s: name subnets of VpcId %s", s.vpc, a.VpcId)
	}
	if !network.IsZone(a.Region, s.zone) {
		fault("which is in %s: name subnets in availability zones of %s", s.zone, a.Region)
	}
	if block, err := netip.ParsePrefix(s.block); err != nil || !block.Addr().Is4() {
		fault("which has no IPv4 block: name subnets with one")
	}
	if kind == network.Private && s.givesPublicAddresses {
		fault("which gives public addresses (mapPublicIpOnLaunch): name private subnets, or switch that off")
	}
	// The controller takes the empty value, too.
	role := network.RoleTags[kind]
	if value, ok := s.tags[role]; !ok || value != "1" && value != "" {
		fault("which lacks the tag %s=1, by which the load balancer controller finds %s subnets: add the tag", role, kind)
	}
	if others := s.otherClusters(a.ClusterName); len(others) > 0 {
		fault("which is tagged for cluster %s only, so that the load balancer controller of %s passes it over: add the tag %s=shared",
			strings.Join(others, ", "), a.ClusterName, network.ClusterTag+a.ClusterName)
	}
	return faults
}

// otherClusters are the clusters that a subnet is tagged for, unless this one is among them.
func (s foundSubnet) otherClusters(cluster string) []string {
	var others []string
	for _, key := range slices.Sorted(maps.Keys(s.tags)) {
		if name, ok := strings.CutPrefix(key, network.ClusterTag); ok {
			if name == cluster {
				return nil
			}
			others = append(others, name)
		}
	}
	return others
}

// crowded reports zones with more than one subnet, and too few zones.
func crowded(input string, subnets []foundSubnet) []error {
	var faults []error
	byZone := map[string][]string{}
	for _, s := range subnets {
		byZone[s.zone] = append(byZone[s.zone], s.id)
	}
	zones := slices.Sorted(maps.Keys(byZone))
	for _, zone := range zones {
		if ids := byZone[zone]; len(ids) > 1 {
			faults = append(faults, fmt.Errorf("%s has %s in %s: a load balancer takes one subnet per zone, so name one of them", input,
				strings.Join(ids, " and "), zone))
		}
	}
	if len(subnets) >= network.MinZones && len(zones) < network.MinZones {
		faults = append(faults, fmt.Errorf("%s is in %d zone, %s: EKS and load balancers need at least %d", input, len(zones),
			strings.Join(zones, ", "), network.MinZones))
	}
	return faults
}

// sortedByZone are the subnets in the order of their zones' names.
func sortedByZone(subnets []foundSubnet) []foundSubnet {
	return slices.SortedFunc(slices.Values(subnets), func(s, t foundSubnet) int { return cmp.Compare(s.zone, t.zone) })
}
