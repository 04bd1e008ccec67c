package review

import (
	"cmp"
	"strconv"

	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/resource"
)

// Facts are how a model runs, and where it is called.
type Facts struct {
	// URL takes its predictions; empty where only pods of the cluster reach it.
	URL string `json:"url"`
	// Image is that of its server, or the address of its files.
	Image string `json:"image"`
	// Compute is what its pods run on, such as fargate.
	Compute string `json:"compute"`
	// CPU is what each pod asks for.
	CPU string `json:"cpu"`
	// Memory is what each pod asks for.
	Memory string `json:"memory"`
	// MinReplicas is the smallest number of its pods.
	MinReplicas int `json:"minReplicas"`
	// MaxReplicas is the largest number of its pods.
	MaxReplicas int `json:"maxReplicas"`
}

// factsOf reads them from a model's component.
func factsOf(r resource.Resource) *Facts {
	return &Facts{
		Image: cmp.Or(r.At("image").Shown(), r.At("uri").Shown()), Compute: r.At("compute").Shown(), CPU: r.At("cpu").Shown(),
		Memory:      r.At("memory").Shown(),
		MinReplicas: int(r.At("minReplicas").Number()), MaxReplicas: int(r.At("maxReplicas").Number()),
	}
}

// replicas are the bounds as people write them, such as 1 to 3.
func (f Facts) replicas() string {
	if f.MinReplicas == f.MaxReplicas {
		return strconv.Itoa(f.MinReplicas)
	}
	return strconv.Itoa(f.MinReplicas) + " to " + strconv.Itoa(f.MaxReplicas)
}

// callable gives models their URLs: that of the stack's outputs, or else the first address that leads to the model.
func callable(models []ModelChange, outs map[string]any) {
	addresses := resource.Of(outs).At(outputs.ModelURLs)
	for i, m := range models {
		if m.Runs == nil {
			continue
		}
		known := addresses.At(m.Model).Text()
		if all := urls(m.Model, m.now); known == "" && len(all) > 0 {
			known = all[0]
		}
		models[i].Runs.URL = known
	}
}
