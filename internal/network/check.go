package network

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/vpcblock"
)

// Check reports everything that AWS would refuse of a VPC in a region.
func (s Spec) Check(region string) []rule.Fault {
	faults := slices.Concat(CheckBlocks(s.Cidr, s.PodCidr), s.CheckZones(region),
		rule.OneOf(rule.Path{"natGateways"}, s.NatGateways, NatModes...), rule.Below(rule.Path{"flowLogs"}, s.FlowLogs.Check()))
	for i, set := range s.InterfaceEndpoints {
		faults = append(faults, rule.OneOf(rule.Path{"interfaceEndpoints", i}, set, EndpointSets...)...)
	}
	return append(faults, rule.Below(rule.Path{"existing"}, s.Existing.Check())...)
}

// Check reports a destination that there is not, and a number of days that CloudWatch Logs does not have.
func (f FlowLogs) Check() []rule.Fault {
	faults := rule.OneOf(rule.Path{"destination"}, f.Destination, FlowLogDestinations...)
	if at := (rule.Path{"retentionDays"}); f.Destination == FlowLogsLogGroup && !slices.Contains(aws.LogRetentionDays, f.RetentionDays) {
		faults = append(faults, rule.Fault{At: at, Given: f.RetentionDays, Problem: "not a number of days that CloudWatch Logs has",
			Allowed: fmt.Sprint(aws.LogRetentionDays), Fixes: []rule.Fix{rule.Set(at, 30)}})
	}
	return faults
}

const standardBlock, standardPodBlock = "10.0.0.0/16", "100.64.0.0/16"

// CheckBlocks reports blocks that leave no room for the subnets or that AWS does not take, and a second one that it does not take beside
// the first.
func CheckBlocks(cidr, podCidr string) []rule.Fault {
	first, second := rule.Path{"cidr"}, rule.Path{"podCidr"}
	vpc, vpcProblem, instead := checkBlock(cidr, standardBlock)
	var faults []rule.Fault
	if vpcProblem != "" {
		faults = append(faults, rule.Fault{At: first, Given: cidr, Problem: vpcProblem, Allowed: blockForm + standardBlock,
			Fixes: []rule.Fix{rule.Set(first, instead)}})
	}
	if podCidr == "" {
		return faults
	}
	block, problem, instead := checkBlock(podCidr, standardPodBlock)
	if problem == "" && vpcProblem == "" {
		problem, instead = besides(vpc, block), standardPodBlock
		if besides(vpc, netip.MustParsePrefix(standardPodBlock)) != "" {
			instead = "100.65.0.0/16" // the VPC is where pods usually are
		}
	}
	if problem != "" {
		faults = append(faults, rule.Fault{At: second, Given: podCidr, Problem: problem, Allowed: blockForm + standardPodBlock + ", beside cidr",
			Fixes: []rule.Fix{rule.Set(second, instead)}, Reads: []rule.Path{first}})
	}
	return faults
}

var blockForm = fmt.Sprintf("an IPv4 block in canonical form, /%d to /%d, such as ", minPrefix, maxPrefix)

// checkBlock says what is wrong with a block of addresses for a VPC, and what to write instead: standard where nothing better
// can be told.
func checkBlock(text, standard string) (block netip.Prefix, problem, instead string) {
	block, problem, instead = vpcblock.Parse(text)
	switch {
	case problem != "":
		if proposed, err := netip.ParsePrefix(instead); err != nil || proposed.Bits() < minPrefix || proposed.Bits() > maxPrefix {
			instead = standard
		}
	case block.Bits() < minPrefix || block.Bits() > maxPrefix:
		problem = fmt.Sprintf("/%d is out of range", block.Bits())
		instead = netip.PrefixFrom(block.Addr(), min(max(block.Bits(), minPrefix), maxPrefix)).Masked().String()
	default:
		if other, clash := vpcblock.Overlapping(block, vpcblock.Unusable); clash {
			problem, instead = fmt.Sprintf("inside %s, which AWS refuses for a VPC", other), standard
		}
	}
	return block, problem, instead
}

// besides says why AWS refuses a second block for a VPC.
func besides(vpc, block netip.Prefix) string {
	if vpc.Overlaps(block) {
		return fmt.Sprintf("overlaps cidr, %s", vpc)
	}
	if of, refused := vpcblock.RefusedBeside(vpc, block); refused {
		return fmt.Sprintf("in %s, of which AWS adds no blocks to a VPC of %s", of, vpc)
	}
	return ""
}

// CheckZones reports zones that are not of the region, and too few or too many of them.
func (s Spec) CheckZones(region string) []rule.Fault {
	at, count := rule.Path{"zoneNames"}, rule.Path{"availabilityZones"}
	if len(s.ZoneNames) == 0 {
		return rule.Between(count, s.AvailabilityZones, MinZones, MaxZones)
	}
	faults := append(rule.Count(at, s.ZoneNames, 0, MaxZones), rule.Once(at, s.ZoneNames)...)
	for i, name := range s.ZoneNames {
		if !IsZone(region, name) {
			faults = append(faults, rule.Fault{At: at.At(i), Given: name, Problem: "not an availability zone of " + region, OfRegion: true,
				Allowed: fmt.Sprintf("zones of the region, such as %sa; Local Zones carry no load balancer of this kind", region),
				Fixes:   []rule.Fix{rule.Set(at.At(i), region+string(rune('a'+i)))}})
		}
	}
	switch {
	case len(s.ZoneNames) < MinZones:
		faults = append(faults, rule.Fault{At: at, Given: s.ZoneNames, Problem: "one zone only; EKS and Application Load Balancers need two",
			Allowed: fmt.Sprintf("%d to %d zones", MinZones, MaxZones), Fixes: []rule.Fix{rule.Set(at.At(1), region+"b"), rule.Remove(at)}})
	case s.AvailabilityZones != len(s.ZoneNames):
		faults = append(faults, rule.Fault{At: count, Given: s.AvailabilityZones, Problem: fmt.Sprintf("zoneNames has %d zones",
			len(s.ZoneNames)),
			Allowed: "the number of zoneNames, or nothing where zones are named", Fixes: []rule.Fix{rule.Remove(count)}, Reads: []rule.Path{at}})
	}
	return faults
}

// Ids to show in place of wrong ones.
const (
	ExampleVpc    = "vpc-0123456789abcdef0"
	ExampleSubnet = "subnet-0123456789abcdef0"
)

// otherSubnet is the id of a subnet to show at a place of a list, which is not in the other places.
func (e Existing) otherSubnet(at rule.Path, i int) string {
	kind, given := 1, slices.Concat(e.PrivateSubnetIds, e.PublicSubnetIds)
	if at.Name() == "publicSubnetIds" {
		kind = 2
	}
	for ; ; i++ {
		if id := fmt.Sprintf("subnet-0123456789abcd%d%02x", kind, i); !slices.Contains(given, id) {
			return id
		}
	}
}

// Check reports a VPC that is named without its subnets or by halves, and ids that EC2 does not give.
func (e Existing) Check() []rule.Fault {
	id, private, public := rule.Path{"vpcId"}, rule.Path{"privateSubnetIds"}, rule.Path{"publicSubnetIds"}
	if !e.Given() {
		if len(e.PrivateSubnetIds)+len(e.PublicSubnetIds) == 0 {
			return nil
		}
		return []rule.Fault{{At: id, Problem: "missing, but there are subnets of it", Allowed: "the id of the VPC that the subnets are in",
			Fixes: []rule.Fix{rule.Set(id, ExampleVpc), rule.Remove(rule.Path{})}, Reads: []rule.Path{private, public}}}
	}
	var faults []rule.Fault
	if !aws.VpcId.MatchString(e.VpcId) {
		faults = append(faults, rule.Fault{At: id, Given: e.VpcId, Problem: "not the id of a VPC", Allowed: "vpc- and 8 or 17 hexadecimal digits",
			Fixes: []rule.Fix{rule.Set(id, ExampleVpc)}})
	}
	faults = append(faults, e.checkSubnets(private, e.PrivateSubnetIds, true)...)
	faults = append(faults, e.checkSubnets(public, e.PublicSubnetIds, len(e.PublicSubnetIds) > 0)...)
	for _, subnet := range e.PublicSubnetIds {
		if i := slices.Index(e.PrivateSubnetIds, subnet); i >= 0 {
			faults = append(faults, rule.Fault{At: private.At(i), Given: subnet, Problem: "among publicSubnetIds as well",
				Allowed: "each subnet once",
				Fixes:   []rule.Fix{rule.Remove(private.At(i))}, Reads: []rule.Path{public}})
		}
	}
	return faults
}

func (e Existing) checkSubnets(at rule.Path, ids []string, required bool) []rule.Fault {
	faults := rule.Once(at, ids)
	for i, id := range ids {
		if !aws.SubnetId.MatchString(id) {
			faults = append(faults, rule.Fault{At: at.At(i), Given: id, Problem: "not the id of a subnet",
				Allowed: "subnet- and 8 or 17 hexadecimal digits", Fixes: []rule.Fix{rule.Set(at.At(i), e.otherSubnet(at, i))}})
		}
	}
	if required {
		faults = append(faults, e.tooFew(at, ids)...)
	}
	return faults
}

// CheckPublic reports public subnets in fewer zones than load balancers need.
func (e Existing) CheckPublic() []rule.Fault {
	return e.tooFew(rule.Path{"publicSubnetIds"}, e.PublicSubnetIds)
}

func (e Existing) tooFew(at rule.Path, ids []string) []rule.Fault {
	var missing []rule.Fix
	for i := len(ids); i < MinZones; i++ {
		missing = append(missing, rule.Set(at.At(i), e.otherSubnet(at, i)).Remarked("a subnet of your own"))
	}
	if len(missing) == 0 {
		return nil
	}
	fix := missing[0]
	fix.Then = missing[1:]
	return []rule.Fault{{At: at, Given: ids, Problem: fmt.Sprintf("%d subnets; EKS and Application Load Balancers need two, in two zones",
		len(ids)),
		Allowed: fmt.Sprintf("%d to %d ids of subnets, one per zone", MinZones, MaxZones), Fixes: []rule.Fix{fix}, Reads: []rule.Path{{"vpcId"}}}}
}
