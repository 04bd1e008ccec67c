package config

// Ways to give private subnets a route to the internet.
const (
	// NatGatewaysNone builds no NAT gateway: pods reach AWS and registries through VPC endpoints only.
	NatGatewaysNone = "none"
	// NatGatewaysSingle builds one NAT gateway for all zones: cheaper, and egress stops with its zone.
	NatGatewaysSingle = "single"
	// NatGatewaysPerZone builds one NAT gateway per zone.
	NatGatewaysPerZone = "perZone"
)

// NatGatewayModes lists the allowed values of Network.NatGateways.
var NatGatewayModes = []string{NatGatewaysNone, NatGatewaysSingle, NatGatewaysPerZone}

// Network describes the VPC.
type Network struct {
	// Cidr is the IPv4 block of the VPC, in canonical form, /16 to /20. Default 10.0.0.0/16. It cannot be changed later
	// without replacing the VPC.
	Cidr string `json:"cidr"`

	// AvailabilityZones is the number of availability zones the subnets are spread over, 2 to 6. Default 2; EKS and
	// Application Load Balancers need two.
	AvailabilityZones int `json:"availabilityZones" jsonschema:"minimum=2,maximum=6"`

	// NatGateways says how private subnets reach the internet: none, single or perZone. Default single.
	NatGateways string `json:"natGateways"`
}
