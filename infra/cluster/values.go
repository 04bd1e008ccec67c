package cluster

import "github.com/modelway/modelway/internal/cluster"

// AccessEntry is what ClusterArgs and AccessArgs give an IAM principal.
type AccessEntry = cluster.AccessEntry

// Values of AccessEntry.Policy.
const (
	Admin = cluster.Admin
	Edit  = cluster.Edit
	View  = cluster.View
)

// Values of ClusterArgs.SupportType.
const (
	StandardSupport = cluster.SupportStandard
	ExtendedSupport = cluster.SupportExtended
)
