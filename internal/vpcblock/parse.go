package vpcblock

import "net/netip"

// Parse reads an IPv4 block in canonical form, or says what is wrong and what to write instead.
func Parse(text string) (block netip.Prefix, problem, instead string) {
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

// Overlapping returns the first of the blocks that overlaps the given one.
func Overlapping(block netip.Prefix, with []netip.Prefix) (netip.Prefix, bool) {
	for _, other := range with {
		if block.Overlaps(other) {
			return other, true
		}
	}
	return netip.Prefix{}, false
}
