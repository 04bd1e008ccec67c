package cost

import (
	"path"

	"github.com/modelway/modelway/internal/resource"
)

// Labels of the pods of charts and add-ons (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
const (
	nameLabel     = "app.kubernetes.io/name"
	instanceLabel = "app.kubernetes.io/instance"
)

// releases are the pods of Helm releases whose values say how many there are and what they request, as those of the platform do.
func (c *counter) releases() []workload {
	var all []workload
	for _, r := range c.set.OfType("kubernetes:helm.sh/v3:Release") {
		values := r.At("values")
		w := workload{resource: r, namespace: r.At("namespace").Text(), labels: releaseLabels(r)}
		replicas, sized := whole(values.At("replicaCount"))
		var known bool
		w.requests, known = containerRequests(values.At("resources"))
		w.least, w.most = replicas, replicas
		if !sized || !known || !values.At("resources").Given() {
			w.unclear = "whose number and size its chart decides"
		}
		all = append(all, w)
	}
	return all
}

// releaseLabels are the labels by which Fargate profiles know a release. The Cluster Autoscaler's chart puts the cloud before its name
// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts/cluster-autoscaler/templates/_helpers.tpl).
func releaseLabels(r resource.Resource) map[string]string {
	name := path.Base(r.At("chart").Text())
	if name == "cluster-autoscaler" {
		name = r.At("values", "cloudProvider").Text() + "-" + name
	}
	return map[string]string{nameLabel: name, instanceLabel: r.At("name").Text()}
}
