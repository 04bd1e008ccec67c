package nodes

const (
	// LocalLabel is on every node of the local stack, with the value "true": a cluster of the user's own has other nodes too.
	LocalLabel = "modelway.dev/local"
	// FargateTaint keeps pods off the Fargate nodes that no Fargate profile has chosen.
	FargateTaint = computeTypeLabel
)
