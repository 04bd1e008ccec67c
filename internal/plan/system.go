package plan

import (
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
)

// ServicesCompute is what pods of the platform in the models' namespace run on: Fargate where a profile takes them, else nodes.
func ServicesCompute(cfg config.Config) string {
	if cfg.Compute.OnFargate(addons.Workload{Namespace: cfg.Models.Namespace,
		Labels: map[string]string{labels.Compute: modelspec.ComputeFargate}}) {
		return modelspec.ComputeFargate
	}
	return modelspec.ComputeNodes
}

// Roles names the add-ons that have a role in AWS, as the role's name has them: Helm add-ons by the row's key, EKS add-ons by their name.
func Roles(cfg config.Config) []string {
	var names []string
	for _, row := range addons.Installed(cfg.Facts()) {
		for key := range row.Roles(cfg.Facts()) {
			names = append(names, key)
		}
	}
	kind := AddonKind(cfg)
	for _, addon := range slices.Concat(addons.BeforeCompute(kind), addons.AfterCompute(kind)) {
		if addon.ManagedPolicy != "" {
			names = append(names, addon.Name)
		}
	}
	return names
}
