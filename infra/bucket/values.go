package bucket

import (
	"github.com/modelway/modelway/internal/bucket"
	"github.com/modelway/modelway/internal/iamdoc"
)

// Spec describes what a bucket keeps, and for how long.
type Spec = bucket.Spec

// DefaultNoncurrentDays is how many days old versions are kept.
const DefaultNoncurrentDays = bucket.DefaultNoncurrentDays

// LoadBalancerLogs and FlowLogs are what BucketArgs.Statements returns for a bucket that load balancers or VPCs write their logs to.
var (
	LoadBalancerLogs = iamdoc.LoadBalancerLogs
	FlowLogs         = iamdoc.FlowLogs
)
