package network

// The ways for private subnets to reach the internet.
const (
	// NatNone gives private subnets no way out; they reach S3 through the gateway endpoint, and other services of AWS through
	// interface endpoints only.
	NatNone = "none"
	// NatSingle is one NAT gateway, in the first zone, for all zones.
	NatSingle = "single"
	// NatPerZone is one NAT gateway per zone, so that losing a zone leaves the others connected.
	NatPerZone = "perZone"
)

// NatGateways lists the allowed values of NetworkArgs.NatGateways.
func NatGateways() []string { return []string{NatNone, NatSingle, NatPerZone} }
