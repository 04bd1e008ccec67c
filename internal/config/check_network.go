package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/vpcblock"
)

// checkVpcCidr wants a block that leaves room for the subnets and that AWS takes.
func checkVpcCidr(c Config) []Fault {
	const standard = "10.0.0.0/16"
	at := path{"network", "cidr"}
	_, problem, instead := checkBlock(c.Network.Cidr, standard)
	if problem == "" {
		return nil
	}
	return []Fault{newFault(at, c.Network.Cidr, Fault{Problem: problem, Allowed: blockForm + standard, Fix: setFix(c.Environment, at, instead)})}
}

// checkPodCidr wants a second block that AWS takes beside the first.
func checkPodCidr(c Config) []Fault {
	const standard = "100.64.0.0/16"
	if c.Network.PodCidr == "" {
		return nil
	}
	at, first := path{"network", "podCidr"}, path{"network", "cidr"}
	block, problem, instead := checkBlock(c.Network.PodCidr, standard)
	if vpc, vpcProblem, _ := checkBlock(c.Network.Cidr, standard); problem == "" && vpcProblem == "" {
		problem, instead = besides(vpc, block), standard
	}
	if problem == "" {
		return nil
	}
	return []Fault{newFault(at, c.Network.PodCidr, Fault{Problem: problem, Allowed: blockForm + standard + ", beside cidr",
		Fix: setFix(c.Environment, at, instead)}).AlsoReads(first)}
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

// checkZoneNames wants zones of the region, as many as are counted.
func checkZoneNames(c Config) []Fault {
	names, at, count := c.Network.ZoneNames, path{"network", "zoneNames"}, path{"network", "availabilityZones"}
	if len(names) == 0 {
		return nil
	}
	var faults []Fault
	zone := regexp.MustCompile(`^` + regexp.QuoteMeta(c.Region) + `[a-z]$`)
	for i, name := range names {
		if !zone.MatchString(name) {
			faults = append(faults, newFault(at.At(i), name, Fault{
				Problem: "not an availability zone of " + c.Region,
				Allowed: fmt.Sprintf("zones of the region, such as %sa; Local Zones carry no load balancer of this kind", c.Region),
				Fix:     setFix(c.Environment, at.At(i), c.Region+string(rune('a'+i))),
			}).AlsoReads(path{RegionKey}))
		}
	}
	switch {
	case len(names) < 2:
		faults = append(faults, newFault(at, names, Fault{
			Problem: "one zone only; EKS and Application Load Balancers need two",
			Allowed: "2 to 6 zones",
			Fix:     either(setFix(c.Environment, at.At(1), c.Region+"b"), removeFix(c.Environment, at)),
		}))
	case c.Network.AvailabilityZones != len(names):
		faults = append(faults, newFault(count, c.Network.AvailabilityZones, Fault{
			Problem: fmt.Sprintf("zoneNames has %d zones", len(names)),
			Allowed: "the number of zoneNames, or nothing where zones are named",
			Fix:     removeFix(c.Environment, count),
		}).AlsoReads(at))
	}
	return faults
}

// checkWayOut wants a way to AWS and to images for private subnets without a NAT gateway.
func checkWayOut(c Config) []Fault {
	nat, endpoints, mirror := path{"network", "natGateways"}, path{"network", "interfaceEndpoints"}, path{"images", "mirror"}
	if c.Network.NatGateways != NatGatewaysNone || c.Network.Existing.Given() {
		return nil
	}
	var faults []Fault
	if !slices.Contains(c.Network.InterfaceEndpoints, EndpointsPrivate) {
		faults = append(faults, newFault(nat, c.Network.NatGateways, Fault{
			Problem: "private subnets would have no way to AWS: nodes could not join and no pod could pull its image",
			Allowed: strings.Join(NatGatewayModes[1:], ", ") + ", or none together with interfaceEndpoints: [private]",
			Fix: either(setFix(c.Environment, endpoints.At(len(c.Network.InterfaceEndpoints)), EndpointsPrivate),
				setFix(c.Environment, nat, NatGatewaysSingle)),
		}).AlsoReads(endpoints))
	}
	if c.Images.Mirror == "" {
		faults = append(faults, newFault(mirror, absent{}, Fault{
			Problem: "missing, but natGateways is none: the load balancer controller's image is in a public registry, which private subnets could not reach",
			Allowed: "an ECR registry of yours with copies of the platform's images",
			Fix: either(remark(setFix(c.Environment, mirror, exampleMirror(c)), "your own registry; docs/images.md lists what to copy"),
				setFix(c.Environment, nat, NatGatewaysSingle)),
		}).AlsoReads(nat))
	}
	return faults
}
