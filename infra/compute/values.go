package compute

import "github.com/modelway/modelway/internal/compute"

// What ComputeArgs describe.
type (
	FargateProfile = compute.FargateProfile
	Selector       = compute.Selector
	NodeGroup      = compute.NodeGroup
	Taint          = compute.Taint
)

// Values of NodeGroup.CapacityType and Taint.Effect.
const (
	OnDemand         = compute.OnDemand
	Spot             = compute.Spot
	NoSchedule       = compute.NoSchedule
	PreferNoSchedule = compute.PreferNoSchedule
	NoExecute        = compute.NoExecute
)
