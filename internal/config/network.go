package config

import "github.com/modelway/modelway/internal/network"

// The spec of a VPC, whose rules are in package network.
type (
	Network         = network.Spec
	FlowLogs        = network.FlowLogs
	ExistingNetwork = network.Existing
)
