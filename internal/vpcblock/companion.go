// Package vpcblock knows which blocks of IPv4 addresses AWS takes for a VPC.
package vpcblock

import "net/netip"

// Unusable are the blocks in which no host has an address: this network, loopback, link local, and multicast with all above
// (RFC 6890; link local: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html).
var Unusable = prefixesOf("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")

// The ranges that AWS tells apart when it adds a block to a VPC.
var (
	range10  = netip.MustParsePrefix("10.0.0.0/8")
	range172 = netip.MustParsePrefix("172.16.0.0/12")
	range192 = netip.MustParsePrefix("192.168.0.0/16")
	range198 = netip.MustParsePrefix("198.19.0.0/16")
)

// companion is a rule of what AWS refuses beside a first block, because its own services use these addresses across VPCs.
type companion struct {
	// first are the ranges of first blocks that the rule is about.
	first []netip.Prefix
	// refused are the ranges from which AWS adds no block.
	refused []netip.Prefix
}

// companions are the restrictions of
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions. A first block of 10.0.0.0/8,
// 172.16.0.0/12 or 192.168.0.0/16 takes blocks of its own range, save 10.0.0.0/16 beside a block of 10.0.0.0/15 and
// 172.31.0.0/16; it takes none of the other two and none of 198.19.0.0/16. Every other first block takes none of the three, and
// none of 198.19.0.0/16 unless it is there itself. All take blocks of 100.64.0.0/10 and of the internet.
var companions = []companion{
	{[]netip.Prefix{range10}, []netip.Prefix{range172, range192, range198}},
	{prefixesOf("10.0.0.0/15"), prefixesOf("10.0.0.0/16")},
	{[]netip.Prefix{range172}, append(prefixesOf("172.31.0.0/16"), range10, range192, range198)},
	{[]netip.Prefix{range192}, []netip.Prefix{range10, range172, range198}},
	{[]netip.Prefix{range198}, []netip.Prefix{range10, range172, range192}},
}

// elsewhere are the ranges from which AWS adds no block to a VPC whose first block is in none of the ranges above.
var elsewhere = []netip.Prefix{range10, range172, range192, range198}

// RefusedBeside returns the range from which AWS adds no block to a VPC, where the second block is of such a range. The two must not
// overlap either.
func RefusedBeside(first, second netip.Prefix) (of netip.Prefix, refused bool) {
	for _, other := range refusedBeside(first) {
		if other.Overlaps(second) {
			return other, true
		}
	}
	return netip.Prefix{}, false
}

func refusedBeside(first netip.Prefix) (refused []netip.Prefix) {
	for _, rule := range companions {
		for _, with := range rule.first {
			if with.Overlaps(first) {
				refused = append(refused, rule.refused...)
			}
		}
	}
	if len(refused) == 0 {
		return elsewhere
	}
	return refused
}

func prefixesOf(blocks ...string) (all []netip.Prefix) {
	for _, text := range blocks {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}
