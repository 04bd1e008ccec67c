package cost

import (
	"encoding/json"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/resource"
)

// configuration is what an add-on's own settings say of its pods. Only CoreDNS scales
// (https://docs.aws.amazon.com/eks/latest/userguide/coredns-autoscaling.html).
type configuration struct {
	ReplicaCount *int64 `json:"replicaCount"`
	Replicas     *int64 `json:"replicas"`
	AutoScaling  struct {
		Enabled     bool  `json:"enabled"`
		MinReplicas int64 `json:"minReplicas"`
		MaxReplicas int64 `json:"maxReplicas"`
	} `json:"autoScaling"`
	Resources map[string]any `json:"resources"`
}

func (c *counter) addons() []workload {
	var all []workload
	for _, r := range c.set.OfType("aws:eks/addon:Addon") {
		pods, has := addons.PodsOf(r.At("addonName").Text())
		if !has || pods.NodesOnly != "" {
			continue
		}
		w := workloadOf(r, pods)
		if settings := r.At("configurationValues"); settings.Given() && !w.configure(settings) {
			w.unclear = "whose configuration is not known"
		}
		all = append(all, w)
	}
	return all
}

// configure lays an add-on's settings over its defaults; false where they cannot be read.
func (w *workload) configure(settings resource.Value) bool {
	var given configuration
	if settings.Unknown() || json.Unmarshal([]byte(settings.Text()), &given) != nil {
		return false
	}
	for _, replicas := range []*int64{given.ReplicaCount, given.Replicas} {
		if replicas != nil {
			w.least, w.most = *replicas, *replicas
		}
	}
	if scaling := given.AutoScaling; scaling.Enabled {
		if scaling.MinReplicas <= 0 || scaling.MaxReplicas < scaling.MinReplicas {
			return false // AWS does not say what holds then
		}
		w.least, w.most = scaling.MinReplicas, scaling.MaxReplicas
	}
	if given.Resources == nil {
		return true
	}
	read, ok := containerRequests(resource.Of(given.Resources))
	w.requests = read
	return ok
}
