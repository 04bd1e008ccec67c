package network

import "strings"

// MinZones is what an EKS control plane and an Application Load Balancer need.
const MinZones = 2

// IsZone says whether a name is that of an availability zone of the region. Local Zones and Wavelength Zones are none.
func IsZone(region, name string) bool {
	letter, ok := strings.CutPrefix(name, region)
	return ok && len(letter) == 1 && 'a' <= letter[0] && letter[0] <= 'z'
}

// SubnetName is the name of the subnet of a kind in a zone of a network.
func SubnetName(network, kind, zone string) string { return network + "-" + kind + "-" + zone }

// NatName is the name of the NAT gateway in a zone of a network.
func NatName(network, zone string) string { return SubnetName(network, "nat", zone) }

// SubnetOf says whether a name is that of the subnet of a kind in a zone.
func SubnetOf(name, kind, zone string) bool {
	return strings.HasSuffix(name, SubnetName("", kind, zone))
}

// ZoneOfNat is the zone of a NAT gateway by its name; "" where its name tells none.
func ZoneOfNat(name string) string {
	_, zone, _ := strings.Cut(name, NatName("", ""))
	return zone
}
