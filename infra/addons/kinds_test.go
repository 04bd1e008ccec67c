package addons_test

import (
	"slices"

	"github.com/modelway/modelway/internal/addons"
)

var (
	fargateOnly = addons.Kind{CoreDNSOnFargate: true}
	nodesOnly   = addons.Kind{Nodes: true, OpenNodes: true}
	mixed       = addons.Kind{Nodes: true, OpenNodes: true, CoreDNSOnFargate: true}
)

func both(kind addons.Kind) []addons.Addon {
	return slices.Concat(addons.BeforeCompute(kind), addons.AfterCompute(kind))
}
