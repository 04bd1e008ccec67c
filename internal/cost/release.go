package cost

import (
	"path"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/resource"
)

// releases are the pods of Helm releases: those that the row of the chart describes, or those that values say in the usual places. What the
// values of the release say goes before the row.
func (c *counter) releases() []workload {
	var all []workload
	for _, r := range c.set.OfType(resource.ReleaseType) {
		chart := path.Base(r.At("chart").Text())
		pods := []addons.Workload{addons.PodsOfRelease(chart, r.At("name").Text())}
		if row, known := addons.OfChart(chart); known {
			pods = row.Workloads
		}
		for _, described := range pods {
			w := workloadOf(r, described)
			w.namespace = r.At("namespace").Text()
			if !w.sizeBy(described, r.At("values")) {
				w.unclear = "whose number and size its chart decides"
			}
			all = append(all, w)
		}
	}
	return all
}

// sizeBy takes number and size of the pods from a chart's values; false where nothing says them.
func (w *workload) sizeBy(pods addons.Workload, values resource.Value) bool {
	replicas, resources := values.At(names(pods.ReplicasAt)...), values.At(names(pods.ResourcesAt)...)
	known, sized := pods.CPU != "", pods.Replicas > 0
	if replicas.Given() {
		w.least, sized = whole(replicas)
		w.most = w.least
	}
	if resources.Given() {
		w.requests, known = containerRequests(resources)
	}
	if container := values.At(names(pods.ContainerAt)...); pods.ContainerAt != "" && container.Given() {
		w.requests, known = containerRequests(container)
		cpu, _ := modelspec.ParseCPU(pods.OthersCPU)
		memory, _ := modelspec.ParseMemory(pods.OthersMemory)
		w.cpu, w.memory = w.cpu+cpu, w.memory+memory
	}
	return known && sized
}

// names are the keys of a dotted name.
func names(dotted string) []any {
	var keys []any
	for key := range strings.SplitSeq(dotted, ".") {
		keys = append(keys, key)
	}
	return keys
}

// workloadOf is what a row says of pods.
func workloadOf(r resource.Resource, pods addons.Workload) workload {
	cpu, _ := modelspec.ParseCPU(pods.CPU)
	memory, _ := modelspec.ParseMemory(pods.Memory)
	return workload{
		resource: r, namespace: pods.Namespace, labels: pods.Labels, requests: requests{cpu: cpu, memory: memory},
		least: int64(pods.Replicas), most: int64(pods.Replicas),
	}
}
