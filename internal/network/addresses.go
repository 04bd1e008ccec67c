package network

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// keptByAws is how many addresses of a subnet AWS keeps: the first four and the last
// (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
const keptByAws = 5

// The sizes of subnets that AWS makes, as prefix lengths (same page).
const (
	largestSubnet  = 16
	smallestSubnet = 28
)

// CheckAddresses refuses subnets of a network, by their kind, that are too small for the demand: there is a subnet per zone,
// and the fullest zone must fit the smallest of them. A message has the whole arithmetic.
func CheckAddresses(subnets map[string][]netip.Prefix, demand []Demand) error {
	return checkAddresses(subnets, demand, false)
}

// CheckAdoptedAddresses is CheckAddresses for the subnets of an adopted network, whose sizes are not planned here.
func CheckAdoptedAddresses(subnets map[string][]netip.Prefix, demand []Demand) error {
	return checkAddresses(subnets, demand, true)
}

func checkAddresses(subnets map[string][]netip.Prefix, demand []Demand, adopted bool) error {
	budgets, err := newBudgets(subnets, demand, adopted)
	faults := []error{err}
	for _, b := range budgets {
		faults = append(faults, b.fault())
	}
	return errors.Join(faults...)
}

// Use is how many addresses of a subnet could be taken, and how many it holds.
type Use struct{ Taken, Held int }

// Uses are the uses of the subnets of a network by their kind, where there are any: in the fullest zone, of the smallest subnet.
func Uses(subnets map[string][]netip.Prefix, demand []Demand) map[string]Use {
	uses := map[string]Use{}
	budgets, _ := newBudgets(subnets, demand, false)
	for _, b := range budgets {
		if len(b.subnets) > 0 {
			uses[b.kind] = Use{Taken: b.needed(), Held: usable(b.smallest().Bits())}
		}
	}
	return uses
}

// newBudgets sorts demand by the kind of subnets, and leaves out what is a mistake.
func newBudgets(subnets map[string][]netip.Prefix, demand []Demand, adopted bool) ([]budget, error) {
	var faults []error
	of := map[string][]Demand{}
	for _, d := range demand {
		if fault := d.fault(); fault != nil {
			faults = append(faults, fault)
			continue
		}
		kind := d.Subnets
		if kind == Pod && len(subnets[Pod]) == 0 {
			kind = Private
		}
		of[kind] = append(of[kind], d)
	}
	budgets := make([]budget, 0, len(subnetKinds))
	for _, kind := range subnetKinds {
		budgets = append(budgets, budget{kind: kind, subnets: subnets[kind], demand: of[kind], podSubnets: len(subnets[Pod]) > 0,
			adopted: adopted})
	}
	return budgets, errors.Join(faults...)
}

// budget is the demand on the subnets of one kind.
type budget struct {
	kind    string
	subnets []netip.Prefix
	demand  []Demand
	// podSubnets says that pods have subnets of their own.
	podSubnets bool
	// adopted says that the subnets are of an adopted network, whose sizes are not planned here.
	adopted bool
}

func (b budget) fault() error {
	sum := 0
	var takers []string
	for _, d := range b.demand {
		if d.Addresses > 0 {
			sum += d.Addresses
			takers = append(takers, d.What)
		}
	}
	switch zones := len(b.subnets); {
	case sum == 0:
		return nil
	case zones == 0:
		return fmt.Errorf("there are no %s subnets, but %s would take %d of their addresses: name %s subnets in at least %d zones",
			b.kind, strings.Join(takers, " and "), sum, b.kind, MinZones)
	}
	needed, smallest := b.needed(), b.smallest()
	if needed <= usable(smallest.Bits()) {
		return nil
	}
	return errors.New(b.message(sum, needed, smallest))
}

// needed is what the fullest zone takes.
func (b budget) needed() int {
	needed := 0
	for _, d := range b.demand {
		needed += d.share(len(b.subnets))
	}
	return needed
}

// smallest is the smallest of the subnets, of which there is one at least.
func (b budget) smallest() netip.Prefix {
	return slices.MaxFunc(b.subnets, func(p, q netip.Prefix) int { return cmp.Compare(p.Bits(), q.Bits()) })
}

// message is the arithmetic: what each takes, the sum, what a subnet holds, and what to change.
func (b budget) message(sum, needed int, smallest netip.Prefix) string {
	zones, bits := len(b.subnets), smallest.Bits()
	lines := []string{fmt.Sprintf("the %s subnets are too small: %d addresses could be taken in one zone, and %s holds %d", b.kind, needed,
		smallest, usable(bits))}
	for _, d := range b.demand {
		if d.Addresses > 0 {
			lines = append(lines, d.line(zones))
		}
	}
	lines = append(lines,
		fmt.Sprintf("sum: %d, up to %d in one of %d zones", sum, needed, zones),
		fmt.Sprintf("a /%d has %d addresses, of which AWS keeps %d: it holds %d", bits, size(bits), keptByAws, usable(bits)),
		"fix: use "+strings.Join(b.ways(needed), "; or "))
	return strings.Join(lines, "\n  ")
}

// ways are what would make the demand fit, each by itself or together.
func (b budget) ways(needed int) []string {
	var ways []string
	bits := smallestSubnet
	for bits >= largestSubnet && usable(bits) < needed {
		bits--
	}
	plan := subnetPlans[b.kind]
	switch {
	case b.adopted && bits >= largestSubnet:
		ways = append(ways, fmt.Sprintf("%s subnets of /%d, which hold %d, or larger", b.kind, bits, usable(bits)))
	case !b.adopted && bits-plan.bits >= minPrefix:
		ways = append(ways, fmt.Sprintf("a %s of /%d or larger, as each %s subnet is 1/%d of it: a /%d, which holds %d",
			plan.input, bits-plan.bits, b.kind, 1<<plan.bits, bits, usable(bits)))
	}
	if !b.adopted && b.kind == Private && !b.podSubnets {
		ways = append(ways, "a PodCidr, so that pods have subnets of their own")
	}
	if !b.adopted && len(b.subnets) < MaxZones {
		ways = append(ways, fmt.Sprintf("more than %d zones", len(b.subnets)))
	}
	return append(ways, plan.less)
}

// subnetPlans say of each kind of subnets of which input they are parts, how many bits longer their prefix is, and what takes
// their addresses.
var subnetPlans = map[string]struct {
	input string
	bits  int
	less  string
}{
	Private: {"Cidr", eighth, "fewer nodes or replicas"},
	Pod:     {"PodCidr", eighth, "fewer replicas"},
	Public:  {"Cidr", 2 * eighth, "fewer load balancers"},
}

// size is how many addresses a subnet with a prefix length has, and usable how many of them AWS gives out.
func size(bits int) int   { return 1 << (32 - bits) }
func usable(bits int) int { return max(0, size(bits)-keptByAws) }
