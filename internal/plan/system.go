package plan

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/modelspec"
)

// ServicesCompute is what pods of the platform in the models' namespace run on: Fargate where a profile takes them, else nodes.
func ServicesCompute(cfg config.Config) string {
	if cfg.Compute.OnFargate(addons.Workload{Namespace: cfg.Models.Namespace, Labels: map[string]string{labels.Compute: modelspec.ComputeFargate}}) {
		return modelspec.ComputeFargate
	}
	return modelspec.ComputeNodes
}
