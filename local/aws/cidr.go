package aws

import (
	"net/netip"
	"slices"
)

// block returns the addresses of a VPC or subnet, and whether they are a block that AWS allows: from /16 to /28, without host bits.
func block(r *Resource) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(r.String("cidrBlock"))
	return p, err == nil && p.Bits() >= 16 && p.Bits() <= 28 && p == p.Masked()
}

// within says whether all of inner is in outer.
func within(inner, outer netip.Prefix) bool {
	return inner.Bits() >= outer.Bits() && outer.Contains(inner.Addr())
}

// blocks returns the blocks of a VPC: its own, and those associated with it.
func (s *State) blocks(vpc *Resource) []netip.Prefix {
	own, _ := block(vpc)
	all := []netip.Prefix{own}
	for _, associated := range s.Where(VpcIpv4CidrBlockAssociation, "vpcId", vpc.ID) {
		more, _ := block(associated)
		all = append(all, more)
	}
	return all
}

// refusedBesides are the ranges that a VPC with a block of a range cannot have more blocks of; publicly routable blocks and those of
// 100.64.0.0/10 go with each other and with every range but the private ones
// (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions).
var refusedBesides = map[string][]string{
	"10.0.0.0/8":     {"172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"},
	"10.0.0.0/15":    {"10.0.0.0/16"},
	"172.16.0.0/12":  {"10.0.0.0/8", "192.168.0.0/16", "198.19.0.0/16", "172.31.0.0/16"},
	"192.168.0.0/16": {"10.0.0.0/8", "172.16.0.0/12", "198.19.0.0/16"},
	"198.19.0.0/16":  {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"},
}

var refusedBesidesPublic = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.19.0.0/16"}

// goTogether says whether a VPC with one block may have the other, too.
func goTogether(has, more netip.Prefix) bool {
	var refused []string
	for _, name := range sortedKeys(refusedBesides) {
		if within(has, netip.MustParsePrefix(name)) {
			refused = append(refused, refusedBesides[name]...)
		}
	}
	if refused == nil {
		refused = refusedBesidesPublic
	}
	return !slices.ContainsFunc(append(refused, "169.254.0.0/16"), func(name string) bool { return within(more, netip.MustParsePrefix(name)) })
}

func applyBlockAssociation(s *State, r, _ *Resource) error {
	vpc := s.Get(Vpc, r.String("vpcId"))
	more, ok := block(r)
	if !ok {
		return refuse("InvalidVpc.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28.", r.String("cidrBlock"))
	}
	for _, has := range s.blocks(vpc) {
		switch {
		case has.Overlaps(more):
			return refuse("InvalidVpc.Range", "The CIDR '%s' conflicts with %s, which %s has", more, has, vpc.ID)
		case !goTogether(has, more):
			return refuse("InvalidVpc.Range", "The CIDR '%s' is restricted. Use a CIDR from the same private address range as the current VPC "+
				"CIDR, %s, or use a publicly-routable CIDR. "+
				"For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html", more, has)
		}
	}
	return nil
}

func deleteBlockAssociation(s *State, r *Resource) error {
	going, _ := block(r)
	for _, subnet := range s.Where(Subnet, "vpcId", r.String("vpcId")) {
		if inner, _ := block(subnet); within(inner, going) {
			return refuse("InvalidCidrBlock.InUse", "The vpc %s currently has a subnet within CIDR block %s: %s", r.String("vpcId"), going,
				subnet.ID)
		}
	}
	return nil
}

func applyVpc(s *State, r, old *Resource) error {
	if _, ok := block(r); !ok {
		return refuse("InvalidVpc.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28.", r.String("cidrBlock"))
	}
	if old != nil {
		return nil
	}
	table, err := s.internal(r, RouteTable, Properties{"vpcId": r.ID})
	if err != nil {
		return err
	}
	group, err := s.internal(r, SecurityGroup, defaultGroupRules(r.ID))
	r.Computed = merge(r.Computed, Properties{"mainRouteTableId": table, "defaultRouteTableId": table, "defaultSecurityGroupId": group})
	return err
}

func applySubnet(s *State, r, _ *Resource) error {
	zones := s.Zones()
	r.fill("availabilityZone", first(sortedKeys(zones)))
	zone := r.String("availabilityZone")
	if zones[zone] == "" {
		return refuse("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. Subnets can be created in %v.", zone,
			sortedKeys(zones))
	}
	r.Computed["availabilityZoneId"] = zones[zone]
	vpc := s.Get(Vpc, r.String("vpcId"))
	inner, ok := block(r)
	blocks := s.blocks(vpc)
	if !ok || !slices.ContainsFunc(blocks, func(outer netip.Prefix) bool { return within(inner, outer) }) {
		return refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid. Allowed are blocks from /16 to /28 inside %v of %s.",
			r.String("cidrBlock"), blocks, vpc.ID)
	}
	for _, o := range s.Where(Subnet, "vpcId", vpc.ID) {
		if theirs, _ := block(o); o.ID != r.ID && theirs.Overlaps(inner) {
			return refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet: %s has %s", inner, o.ID, theirs)
		}
	}
	return nil
}
