package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/serving"
)

// checkEnvironment refuses what does not fit the add-ons, whatever the models are.
func checkEnvironment(cfg config.Config) error {
	spec := Compute(cfg)
	faults := spec.CheckPods(addons.Optional(cfg.Facts())...)
	if len(spec.FargateProfiles) > len(cfg.Compute.FargateProfiles) {
		faults = append(faults, spec.Check()...)
	}
	return errors.Join(rule.Join(rule.Below(rule.Path{"compute"}, faults)), addons.CheckPins(AddonKind(cfg), cfg.Cluster.AddonVersions))
}

// checkModel refuses a model that asks for what the environment does not have.
func checkModel(cfg config.Config, m modelspec.Model) []modelFault {
	compute := about(m, "compute", checkCompute(cfg, m))
	if compute == nil {
		compute = checkFit(cfg, m)
	}
	return slices.Concat(about(m, "route.loadBalancer", checkRoute(cfg, m)), compute, about(m, "storage", checkStorage(cfg, m)),
		about(m, "scaling.metric", checkScaling(cfg, m)), about(m, "model", checkFiles(cfg, m)),
		checkTraining(cfg, m))
}

func checkRoute(cfg config.Config, m modelspec.Model) error {
	lb := cfg.LoadBalancers[m.Route.LoadBalancer]
	if lb.Serves == serving.ServesModels || m.Route.Exposure == modelspec.ExposureNone {
		return nil
	}
	return fmt.Errorf("model %s: route.loadBalancer is %q; allowed in environment %s: %s; change it, or declare the load balancer under "+
		"modelway:loadBalancers",
		m.Name, m.Route.LoadBalancer, cfg.Environment, strings.Join(cfg.Serving(serving.ServesModels), ", "))
}

func checkCompute(cfg config.Config, m modelspec.Model) error {
	onFargate := cfg.Compute.OnFargate(addons.Workload{Namespace: cfg.Models.Namespace, Labels: serving.PodLabels(m)})
	switch {
	case m.Compute == modelspec.ComputeNodes && len(cfg.Compute.NodeGroups) == 0:
		return fmt.Errorf("model %s: compute is %q, but environment %s has no node group; use %q, or add one under modelway:compute.nodeGroups",
			m.Name, m.Compute, cfg.Environment, modelspec.ComputeFargate)
	case m.Compute == modelspec.ComputeGPU && !cfg.Compute.HasGPUs():
		return fmt.Errorf("model %s: compute is %q, but no node group of environment %s has NVIDIA GPUs; add one with instances such as "+
			"g5.xlarge under modelway:compute.nodeGroups, or use %q",
			m.Name, m.Compute, cfg.Environment, modelspec.ComputeNodes)
	case m.Compute == modelspec.ComputeFargate && !onFargate:
		return fmt.Errorf("model %s: compute is %q, but no Fargate profile of environment %s selects its pods (namespace %s, label %s=%s); add "+
			"such a selector under modelway:compute.fargateProfiles, or use %q",
			m.Name, m.Compute, cfg.Environment, cfg.Models.Namespace, labels.Compute, m.Compute, modelspec.ComputeNodes)
	case m.Compute != modelspec.ComputeFargate && onFargate:
		return fmt.Errorf("model %s: compute is %q, but a Fargate profile of environment %s selects its pods (namespace %s, label %s=%s) and "+
			"would take them; narrow its selector by the label %s=%s",
			m.Name, m.Compute, cfg.Environment, cfg.Models.Namespace, labels.Compute, m.Compute, labels.Compute, modelspec.ComputeFargate)
	}
	return nil
}

// checkFit refuses a model that no node has room for, or not for all of its replicas: they would be pending for ever.
func checkFit(cfg config.Config, m modelspec.Model) []modelFault {
	cpu, memory, err := m.Requests()
	if m.Compute == modelspec.ComputeFargate || err != nil {
		return nil
	}
	place := cfg.Compute.PlaceFor(compute.Request{CPUMillis: cpu, MemoryMiB: (memory + 1<<20 - 1) >> 20, GPUs: int64(m.Resources.GPU)})
	switch {
	case place.Unlimited || place.Pods >= int64(m.Replicas.Max):
		return nil
	case place.Largest == "":
		return about(m, "compute", fmt.Errorf("model %s: compute is %q, but the taints of all node groups of environment %s keep its pods away; "+
			"add a node group without taints under modelway:compute.nodeGroups", m.Name, m.Compute, cfg.Environment))
	case place.Pods > 0:
		return about(m, "replicas.max", fmt.Errorf("model %s: replicas.max is %d, but the node groups of environment %s hold %d such replicas "+
			"at their maxSize; lower it, or raise maxSize under modelway:compute.nodeGroups", m.Name, m.Replicas.Max, cfg.Environment, place.Pods))
	}
	size := machine.Sizes()[place.Largest]
	roomCPU, roomMemory := size.Room()
	return about(m, "resources", fmt.Errorf(
		"model %s: resources ask for %s CPU, %s memory and %d GPUs, which no node of environment %s has for a pod; "+
			"the largest, %s, has %dm CPU, %dMi and %d; lower them, or add larger instances under modelway:compute.nodeGroups",
		m.Name, m.Resources.CPU, m.Resources.Memory, m.Resources.GPU, cfg.Environment, place.Largest, roomCPU, roomMemory, size.GPUs))
}

func checkStorage(cfg config.Config, m modelspec.Model) error {
	if m.Storage == modelspec.StorageNone {
		return nil
	}
	if slices.Contains(Roles(cfg), m.Name) {
		return fmt.Errorf("model %s: storage is %q, but the role of an add-on of environment %s has the name that the model's would have; "+
			"rename the model, or use %q", m.Name, m.Storage, cfg.Environment, modelspec.StorageNone)
	}
	if cfg.ModelStore.Enabled {
		return nil
	}
	return fmt.Errorf("model %s: storage is %q, but environment %s has no model store; set modelway:modelStore.enabled to true, or use %q",
		m.Name, m.Storage, cfg.Environment, modelspec.StorageNone)
}

func checkScaling(cfg config.Config, m modelspec.Model) error {
	if m.Scaling.Metric != modelspec.MetricRequests || cfg.Models.RequestMetric != "" || cfg.Monitoring.ByRequests() {
		return nil
	}
	missing := monitoring.Setting
	if cfg.Monitoring.Enabled {
		missing = keda.Setting
	}
	return fmt.Errorf("model %s: scaling.metric is %q, but environment %s serves no such metric; set modelway:%s to true, or run an adapter "+
		"for the API custom.metrics.k8s.io and name its metric in modelway:models.requestMetric, or use %q",
		m.Name, m.Scaling.Metric, cfg.Environment, missing, modelspec.MetricCPU)
}
