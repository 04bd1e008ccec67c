package network

import "github.com/modelway/modelway/internal/network"

// Values of NetworkArgs.NatGateways.
const (
	NatNone    = network.NatNone
	NatSingle  = network.NatSingle
	NatPerZone = network.NatPerZone
)

// Values of FlowLogs.Destination.
const (
	FlowLogsNone     = network.FlowLogsNone
	FlowLogsLogGroup = network.FlowLogsLogGroup
	FlowLogsBucket   = network.FlowLogsBucket
)

// Demand is what takes addresses of an adopted network's subnets.
type Demand = network.Demand

// Values of Demand.Subnets.
const (
	Private = network.Private
	Pod     = network.Pod
	Public  = network.Public
)

// EndpointServices are the services of sets of interface endpoints, for NetworkArgs.InterfaceEndpoints.
func EndpointServices(sets []string) ([]string, error) { return network.EndpointServices(sets) }
