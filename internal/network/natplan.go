package network

// NatHomes says, for each of the zones, in which zone its NAT gateway is; it is empty without NAT gateways.
func NatHomes(mode string, zones int) []int {
	if mode == NatNone {
		return nil
	}
	homes := make([]int, zones)
	for zone := range homes {
		if mode == NatPerZone {
			homes[zone] = zone
		}
	}
	return homes
}
