package network

import "strings"

// MinZones is what an EKS control plane and an Application Load Balancer need.
const MinZones = 2

// IsZone says whether a name is that of an availability zone of the region. Local Zones and Wavelength Zones are none.
func IsZone(region, name string) bool {
	letter, ok := strings.CutPrefix(name, region)
	return ok && len(letter) == 1 && 'a' <= letter[0] && letter[0] <= 'z'
}
