package network

import (
	"fmt"
	"net/netip"

	"github.com/modelway/modelway/internal/vpcblock"
)

// companionFault says why AWS would refuse a second block beside the first.
func companionFault(first, second netip.Prefix) error {
	if first.Overlaps(second) {
		return fmt.Errorf("PodCidr %q overlaps Cidr %s: use a block outside it, such as one of 100.64.0.0/10", second, first)
	}
	if of, refused := vpcblock.RefusedBeside(first, second); refused {
		return fmt.Errorf("PodCidr %q is in %s, from which AWS adds no block to a VPC whose Cidr is %s: use a block of 100.64.0.0/10, which AWS always takes",
			second, of, first)
	}
	return nil
}
