package plan

import (
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
)

// AddonKind is what the choice of add-ons depends on.
func AddonKind(cfg config.Config) addons.Kind {
	return addons.Kind{
		Nodes:            len(cfg.Compute.NodeGroups) > 0,
		OpenNodes:        cfg.Compute.HasOpenNodes(),
		CoreDNSOnFargate: cfg.Compute.OnFargate(addons.Dns()),
	}
}

// Compute is that of the settings, with a Fargate profile for each Helm add-on that they have no place for.
func Compute(cfg config.Config) compute.Spec {
	spec := cfg.Compute
	spec.FargateProfiles = slices.Clone(spec.FargateProfiles)
	for _, row := range cfg.AddonProfiles() {
		own := compute.FargateProfile{Name: row.Key}
		for _, selector := range row.Selectors() {
			own.Selectors = append(own.Selectors, compute.Selector{Namespace: row.Chart.Namespace, Labels: selector})
		}
		spec.FargateProfiles = append(spec.FargateProfiles, own)
	}
	return spec
}
