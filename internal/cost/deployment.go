package cost

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/keda"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/resource"
)

// deployments are the workloads that the stack registers itself.
func (c *counter) deployments() []workload {
	scalers := map[string][]resource.Resource{} // by the name of what they scale
	for _, r := range c.set.OfType(keda.Scalers...) {
		target := r.At("spec", "scaleTargetRef", "name").Text()
		scalers[target] = append(scalers[target], r)
	}
	var all []workload
	for _, r := range c.set.OfType("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", kserve.Type) {
		pods := podsOf(r)
		w := workload{resource: r, labels: texts(pods.labels), namespace: c.namespace(r)}
		for _, toleration := range pods.tolerations {
			w.tolerations = append(w.tolerations, toleration.At("key").Text())
		}
		var known, sized bool
		w.requests, known = podRequests(pods.spec)
		w.least, w.most, sized = c.replicas(r, w.namespace, pods.kind, scalers[pods.name])
		switch {
		case !known:
			w.unclear = "whose requests are not known"
		case !sized:
			w.unclear = "whose number is not known yet"
		}
		all = append(all, w)
	}
	return all
}

// made are the pods of a workload, and the object that an autoscaler has as its target.
type made struct {
	name, kind   string
	labels, spec resource.Value
	tolerations  []resource.Value
}

// podsOf reads a Deployment or a StatefulSet, or an InferenceService, of which KServe makes a Deployment.
func podsOf(r resource.Resource) made {
	name, template := r.At("metadata", "name").Text(), r.At("spec", "template")
	if r.Type == kserve.Type {
		predictor := r.At("spec", "predictor")
		return made{
			name: kserve.Predictor(name), kind: "Deployment", labels: predictor.At("labels"),
			spec: kserve.PodSpec(resource.Of(r.Properties)), tolerations: predictor.At("tolerations").List(),
		}
	}
	return made{
		name: name, kind: resource.KindOf(r.Type), labels: template.At("metadata", "labels"),
		spec: template.At("spec"), tolerations: template.At("spec", "tolerations").List(),
	}
}

// namespace of an object. In a preview that of a model's objects is unknown while it does not exist; it is then the only one that the stack
// makes for models, or the one of the add-on that has the object. "" where it cannot be told.
func (c *counter) namespace(r resource.Resource) string {
	namespace := r.At("metadata", "namespace")
	if !namespace.Given() {
		return "default"
	}
	switch {
	case namespace.Unknown() && c.set.Model(r) != "":
		return c.modelNamespace
	case namespace.Unknown():
		return addons.NamespaceOf(r.ComponentType())
	}
	return namespace.Text()
}

// namespaceOfModels is the name of the only namespace that the stack makes for models, "" where there are others or none.
func namespaceOfModels(set resource.Set) (name string) {
	for _, r := range set.OfType("kubernetes:core/v1:Namespace") {
		if r.ComponentType() != "modelway:model:Namespace" {
			continue
		}
		if name != "" {
			return ""
		}
		name = r.At("metadata", "name").Text()
	}
	return name
}

// replicas are those of the autoscaler that has the object as its target, and otherwise the object's own; Kubernetes starts one where
// nothing is said.
func (c *counter) replicas(r resource.Resource, namespace, kind string, scalers []resource.Resource) (least, most int64, known bool) {
	own := r.At("spec", "replicas")
	for _, scaler := range scalers {
		if c.namespace(scaler) != namespace || scaler.At("spec", "scaleTargetRef", "kind").Text() != kind {
			continue
		}
		low, high := keda.Bounds(scaler.Type)
		most, known = whole(scaler.At("spec", high))
		if minimum := scaler.At("spec", low); minimum.Given() {
			var knownLeast bool
			least, knownLeast = whole(minimum)
			return least, max(least, most), known && knownLeast
		}
		return 1, max(1, most), known
	}
	if !own.Given() {
		return 1, 1, true
	}
	least, known = whole(own)
	return least, least, known
}
