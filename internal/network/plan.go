package network

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/modelway/modelway/internal/rule"
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
// public subnets as eighths of its own, and the last eighth stays free. The block for pods is divided alike: an eighth for
// each zone, two stay free.
const (
	eighth      = 3
	publicBlock = MaxZones
)

// Plan is the address plan of a VPC. The blocks of a zone depend on its position only, so adding zones never moves
// another zone's blocks.
type Plan struct {
	// Vpc is the block that the VPC is made with.
	Vpc netip.Prefix
	// PodVpc is the second block of the VPC; the zero Prefix without one.
	PodVpc netip.Prefix
	// Private are the blocks for nodes, pods and internal load balancers, by zone: an eighth of the VPC each, a /19 in a /16.
	Private []netip.Prefix
	// Public are the blocks for internet-facing load balancers and NAT gateways, by zone: a /22 in a /16. The smallest is
	// a /26; a load balancer needs a /27 with eight free addresses
	// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
	Public []netip.Prefix
	// Pods are the blocks for pods, by zone: an eighth of PodVpc each, a /19 in a /16. Empty without a PodVpc.
	Pods []netip.Prefix
}

// NewPlan divides a VPC block of /16 to /20, and a second one for pods unless it is "", among one to six zones. What AWS
// takes as the second block depends on the first: blocks of 100.64.0.0/10 and of the internet are taken beside every
// other, private ones beside those of the same range only, as package vpcblock says in full.
func NewPlan(cidr, podCidr string, zones int) (Plan, error) {
	err := rule.Join(CheckBlocks(cidr, podCidr))
	if zones < 1 || zones > MaxZones {
		err = errors.Join(err, fmt.Errorf("the number of zones is %d: use 1 to %d", zones, MaxZones))
	}
	if err != nil {
		return Plan{}, err
	}
	vpc, _ := netip.ParsePrefix(cidr)
	pods, _ := netip.ParsePrefix(podCidr) // the zero Prefix without one
	plan := Plan{Vpc: vpc, PodVpc: pods}
	public := block(vpc, eighth, publicBlock)
	for zone := range zones {
		plan.Private = append(plan.Private, block(vpc, eighth, zone))
		plan.Public = append(plan.Public, block(public, eighth, zone))
		if pods.IsValid() {
			plan.Pods = append(plan.Pods, block(pods, eighth, zone))
		}
	}
	return plan, nil
}

// Blocks are the blocks of the VPC: the first, and the second if there is one.
func (p Plan) Blocks() []netip.Prefix {
	if p.PodVpc.IsValid() {
		return []netip.Prefix{p.Vpc, p.PodVpc}
	}
	return []netip.Prefix{p.Vpc}
}

// Subnets are the blocks by the kind of their subnets, as CheckAddresses takes them.
func (p Plan) Subnets() map[string][]netip.Prefix {
	return map[string][]netip.Prefix{Private: p.Private, Pod: p.Pods, Public: p.Public}
}

// block is the index-th of the 2^bits equal parts of a prefix.
func block(p netip.Prefix, bits, index int) netip.Prefix {
	length := p.Bits() + bits
	base := p.Addr().As4()
	number := uint32(base[0])<<24 | uint32(base[1])<<16 | uint32(base[2])<<8 | uint32(base[3])
	number |= uint32(index) << (32 - length)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)}), length)
}
