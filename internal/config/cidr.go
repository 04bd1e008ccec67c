package config

import (
	"fmt"
	"net/netip"

	"github.com/modelway/modelway/internal/vpcblock"
)

// private are the blocks that no address of the internet comes from, so that EKS refuses them as publicAccessCidrs
// (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html; RFC 1918, RFC 6598).
var private = append([]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
}, vpcblock.Unusable...)

// parseCidr reads an IPv4 block in canonical form, or says what is wrong and what to write instead.
func parseCidr(text string) (block netip.Prefix, problem, instead string) {
	if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
		return netip.Prefix{}, "an address without a length", text + "/32"
	}
	block, err := netip.ParsePrefix(text)
	if err != nil || !block.Addr().Is4() {
		return netip.Prefix{}, "not an IPv4 block", ""
	}
	if block != block.Masked() {
		return netip.Prefix{}, "not the first address of its block", block.Masked().String()
	}
	return block, "", ""
}

func overlaps(block netip.Prefix, with []netip.Prefix) (netip.Prefix, bool) {
	for _, other := range with {
		if block.Overlaps(other) {
			return other, true
		}
	}
	return netip.Prefix{}, false
}

// checkBlock says what is wrong with a block of addresses for a VPC, and what to write instead: standard where nothing better
// can be told.
func checkBlock(text, standard string) (block netip.Prefix, problem, instead string) {
	block, problem, instead = parseCidr(text)
	switch {
	case problem != "":
		if proposed, err := netip.ParsePrefix(instead); err != nil || proposed.Bits() < largestBlock || proposed.Bits() > smallestBlock {
			instead = standard
		}
	case block.Bits() < largestBlock || block.Bits() > smallestBlock:
		problem = fmt.Sprintf("/%d is out of range", block.Bits())
		instead = netip.PrefixFrom(block.Addr(), min(max(block.Bits(), largestBlock), smallestBlock)).Masked().String()
	default:
		if other, clash := overlaps(block, vpcblock.Unusable); clash {
			problem, instead = fmt.Sprintf("inside %s, which AWS refuses for a VPC", other), standard
		}
	}
	return block, problem, instead
}

// Prefix lengths of the blocks that have room for the subnets.
const largestBlock, smallestBlock = 16, 20

const blockForm = "an IPv4 block in canonical form, /16 to /20, such as "
