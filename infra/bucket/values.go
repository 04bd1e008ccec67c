package bucket

import (
	"github.com/modelway/modelway/internal/iamdoc"
)

// LoadBalancerLogs and FlowLogs are what BucketArgs.Statements returns for a bucket that load balancers or VPCs write their logs to.
var (
	LoadBalancerLogs = iamdoc.LoadBalancerLogs
	FlowLogs         = iamdoc.FlowLogs
)
