package plan

import (
	"fmt"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/fargate"
	"github.com/modelway/modelway/internal/mlflowserver"
	"github.com/modelway/modelway/internal/modelspec"
)

// TrainingRegistry is the address of the MLflow server that a model's training tells: that of its file, or else the environment's own. ""
// where there is none.
func TrainingRegistry(cfg config.Config, m modelspec.Model) string {
	if m.Train.Registry == "" && cfg.Mlflow.Enabled {
		return mlflowserver.Address
	}
	return m.Train.Registry
}

// checkTraining refuses a training in the cluster that tells no MLflow server, or that nothing has room for.
func checkTraining(cfg config.Config, m modelspec.Model) []modelFault {
	if !m.Train.InCluster() {
		return nil
	}
	if TrainingRegistry(cfg, m) == "" {
		return about(m, "train.image", fmt.Errorf("model %s: train.image is given, but environment %s has no MLflow server that the training "+
			"could tell; set modelway:mlflow.enabled, write its address as train.registry, or remove train.image: %s.%s.train takes both for one "+
			"environment",
			m.Name, cfg.Environment, modelspec.OverridesKey, m.Name))
	}
	return about(m, "train.resources", checkTrainingFit(cfg, m))
}

func checkTrainingFit(cfg config.Config, m modelspec.Model) error {
	cpu, err := modelspec.ParseCPU(m.Train.Resources.CPU)
	memory, other := modelspec.ParseMemory(m.Train.Resources.Memory)
	if err != nil || other != nil {
		return nil
	}
	asks := fmt.Sprintf("model %s: train.resources ask for %s CPU and %s memory", m.Name, m.Train.Resources.CPU, m.Train.Resources.Memory)
	if ServicesCompute(cfg) == modelspec.ComputeFargate {
		if cpu <= fargate.MaxCPU && memory <= fargate.MaxMemory {
			return nil
		}
		return fmt.Errorf("%s, but the training runs on Fargate in environment %s, where a pod has at most %d CPU and %dMi; lower them",
			asks, cfg.Environment, fargate.MaxCPU/1000, fargate.MaxMemory>>20)
	}
	place := cfg.Compute.PlaceFor(compute.Request{CPUMillis: cpu, MemoryMiB: (memory + 1<<20 - 1) >> 20})
	if place.Unlimited || place.Pods > 0 {
		return nil
	}
	return fmt.Errorf("%s, which no node of environment %s has for a pod; lower them, or add larger instances under "+
		"modelway:compute.nodeGroups", asks, cfg.Environment)
}
