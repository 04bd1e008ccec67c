package plan

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
)

// AddonKind is what the choice of add-ons depends on.
func AddonKind(cfg config.Config) addons.Kind {
	return addons.Kind{
		Nodes:            len(cfg.Compute.NodeGroups) > 0,
		OpenNodes:        cfg.Compute.HasOpenNodes(),
		CoreDNSOnFargate: cfg.Compute.OnFargate(compute.CoreDNS),
	}
}
