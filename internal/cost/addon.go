package cost

import (
	"encoding/json"

	"github.com/modelway/modelway/internal/resource"
)

// addonPods are the EKS add-ons whose pods can run on Fargate, with the labels and the defaults of the add-on.
//
// CoreDNS: two replicas of 100m and 70Mi (https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html and
// https://github.com/kubernetes/kubernetes/blob/master/cluster/addons/dns/coredns/coredns.yaml.base). metrics-server: two replicas
// (https://repost.aws/articles/ARo3gNWB0fTaOUSasgws8VBA/kubernetes-metrics-server-setup-recommendations) of 100m and 200Mi
// (https://github.com/kubernetes-sigs/metrics-server/blob/master/charts/metrics-server/values.yaml). All of them fit the smallest size.
var addonPods = map[string]workload{
	"coredns": {
		labels:   map[string]string{"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"},
		requests: requests{cpu: 100, memory: 70 << 20}, least: 2, most: 2,
	},
	"metrics-server": {
		labels:   map[string]string{nameLabel: "metrics-server", instanceLabel: "metrics-server"},
		requests: requests{cpu: 100, memory: 200 << 20}, least: 2, most: 2,
	},
}

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
		w, known := addonPods[r.At("addonName").Text()]
		if !known {
			continue
		}
		w.resource, w.namespace = r, "kube-system"
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
