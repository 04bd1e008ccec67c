package config

import "github.com/modelway/modelway/internal/compute"

// The spec of what pods run on, whose rules are in package compute.
type (
	Compute        = compute.Spec
	FargateProfile = compute.FargateProfile
	Selector       = compute.Selector
	NodeGroup      = compute.NodeGroup
	Taint          = compute.Taint
)
