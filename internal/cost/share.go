package cost

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/modelway/modelway/internal/pricing"
)

// countShare gives a model its part of the cheapest node that its pods fit: of CPU, memory and GPUs the one of which a pod takes most. The
// money is in the node groups already.
func (c *counter) countShare(w workload) {
	var best *node
	for i, n := range c.nodes {
		if n.fits(w) && (best == nil || n.hour < best.hour) {
			best = &c.nodes[i]
		}
	}
	if best == nil {
		c.skip("the share of nodes of %s, whose pods fit no node of the stack", w.resource.Name)
		return
	}
	part, of, unit := w.cpu, best.size.VCPU*1000, "m CPU"
	for _, other := range []struct {
		part, of int64
		unit     string
	}{{mebibytes(w.memory), best.size.MemoryMiB, " MiB"}, {w.gpus, best.size.GPUs, " GPU"}} {
		if other.of > 0 && portion(pricing.Dollar, other.part, other.of) > portion(pricing.Dollar, part, of) {
			part, of, unit = other.part, other.of, other.unit
		}
	}
	item := c.item(w.resource, "share of "+best.name, portion(best.hour*hours, part, of), w.least, w.most,
		fmt.Sprintf("%d x %d/%d%s of %s USD/h x %d h", w.least, part, of, unit, best.hour.Price(), hours))
	item.Shared = true
	c.add(item)
}

func (n node) fits(w workload) bool {
	for _, taint := range n.taints {
		if !slices.Contains(w.tolerations, taint) && !slices.Contains(w.tolerations, "") {
			return false
		}
	}
	return w.cpu <= n.size.VCPU*1000 && mebibytes(w.memory) <= n.size.MemoryMiB && w.gpus <= n.size.GPUs
}

func mebibytes(bytes int64) int64 { return (bytes + 1<<20 - 1) >> 20 }

// portion is part/of of an amount, rounded down. Part is at most of, so that the result is at most the amount.
func portion(amount pricing.USD, part, of int64) pricing.USD {
	high, low := bits.Mul64(uint64(amount), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(of))
	return pricing.USD(quotient)
}
