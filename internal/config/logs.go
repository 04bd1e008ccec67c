package config

import "github.com/modelway/modelway/internal/network"

// Logs describes the bucket for logs that are kept as files: access and connection logs of load balancers, and VPC flow logs.
// It exists where something writes to it.
type Logs struct {
	// RetentionDays is how many days the bucket keeps a log, 1 to 3653. Default 90.
	RetentionDays int `json:"retentionDays" jsonschema:"minimum=1,maximum=3653"`
}

// NeedsLogBucket reports whether something writes logs as files.
func (c Config) NeedsLogBucket() bool {
	for _, balancer := range c.LoadBalancers {
		if balancer.AccessLogs {
			return true
		}
	}
	return c.Network.FlowLogs.Destination == network.FlowLogsBucket
}
