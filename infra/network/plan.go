package network

import (
	"fmt"
	"net/netip"
)

// MaxZones is how many availability zones a Plan has room for; the largest region has six.
const MaxZones = 6

// The VPC sizes that a Plan divides, as prefix lengths. AWS allows /16 to /28; below /20 a zone would have too few
// addresses for nodes and pods, which take one each.
const (
	minPrefix = 16
	maxPrefix = 20
)

// A VPC is divided into eights: zones 0 to 5 have one eighth each as their private subnet, the seventh eighth holds the
// public subnets as eighths of its own, and the last eighth stays free.
const (
	eighth      = 3
	publicBlock = MaxZones
)

// Plan is the address plan of a VPC. The blocks of a zone depend on its position only, so adding zones never moves
// another zone's blocks.
type Plan struct {
	// Vpc is the block of the VPC.
	Vpc netip.Prefix
	// Private are the blocks for nodes, pods and internal load balancers, by zone: an eighth of the VPC each, a /19 in a /16.
	Private []netip.Prefix
	// Public are the blocks for internet-facing load balancers and NAT gateways, by zone: a /22 in a /16. The smallest is
	// a /26; a load balancer needs a /27 with eight free addresses
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
	Public []netip.Prefix
}

// NewPlan divides a VPC block of /16 to /20 among one to six zones.
func NewPlan(cidr string, zones int) (Plan, error) {
	vpc, err := parseVpc(cidr)
	if err != nil {
		return Plan{}, err
	}
	if zones < 1 || zones > MaxZones {
		return Plan{}, fmt.Errorf("the number of zones is %d: use 1 to %d", zones, MaxZones)
	}
	plan := Plan{Vpc: vpc}
	public := block(vpc, eighth, publicBlock)
	for zone := range zones {
		plan.Private = append(plan.Private, block(vpc, eighth, zone))
		plan.Public = append(plan.Public, block(public, eighth, zone))
	}
	return plan, nil
}

// parseVpc reads an IPv4 block that AWS accepts for a VPC and that has room for the plan.
func parseVpc(cidr string) (netip.Prefix, error) {
	vpc, err := netip.ParsePrefix(cidr)
	if err != nil || !vpc.Addr().Is4() {
		return netip.Prefix{}, fmt.Errorf("Cidr %q is not an IPv4 block: write it like 10.0.0.0/16", cidr)
	}
	if vpc.Bits() < minPrefix || vpc.Bits() > maxPrefix {
		return netip.Prefix{}, fmt.Errorf("Cidr %q has prefix length %d: use /%d to /%d", cidr, vpc.Bits(), minPrefix, maxPrefix)
	}
	if vpc != vpc.Masked() {
		return netip.Prefix{}, fmt.Errorf("Cidr %q has bits set after its prefix: write %s", cidr, vpc.Masked())
	}
	return vpc, nil
}

// block is the index-th of the 2^bits equal parts of a prefix.
func block(p netip.Prefix, bits, index int) netip.Prefix {
	length := p.Bits() + bits
	base := p.Addr().As4()
	number := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	number |= uint32(index) << (32 - length)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)}), length)
}
