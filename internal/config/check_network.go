package config

import (
	"fmt"
	"net/netip"
)

// reserved are the blocks that AWS refuses for a VPC, as no host can have an address in them
// (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html; RFC 6890).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/3"),
}

// private are the blocks that no address of the internet comes from, so that EKS refuses them as publicAccessCidrs
// (https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html; RFC 1918, RFC 6598).
var private = append([]netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
}, reserved...)

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

// checkVpcCidr wants a block that leaves room for the subnets and that AWS takes.
func checkVpcCidr(c Config) []Fault {
	const lowest, highest = 16, 20
	at := path{"network", "cidr"}
	fault := Fault{Allowed: "an IPv4 block in canonical form, /16 to /20, such as 10.0.0.0/16"}
	block, problem, instead := parseCidr(c.Network.Cidr)
	switch {
	case problem != "":
		fault.Problem = problem
		if proposed, err := netip.ParsePrefix(instead); err != nil || proposed.Bits() < lowest || proposed.Bits() > highest {
			instead = "10.0.0.0/16"
		}
	case block.Bits() < lowest || block.Bits() > highest:
		fault.Problem = fmt.Sprintf("/%d is out of range", block.Bits())
		instead = netip.PrefixFrom(block.Addr(), min(max(block.Bits(), lowest), highest)).Masked().String()
	default:
		other, clash := overlaps(block, reserved)
		if !clash {
			return nil
		}
		fault.Problem, instead = fmt.Sprintf("inside %s, which AWS refuses for a VPC", other), "10.0.0.0/16"
	}
	fault.Fix = setFix(c.Environment, at, instead)
	return []Fault{newFault(at, c.Network.Cidr, fault)}
}
