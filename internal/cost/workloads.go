package cost

import (
	"slices"

	"github.com/modelway/modelway/internal/resource"
)

// Workload is a number of equal pods of a stack, as the bill counts them.
type Workload struct {
	// Resource is what brings the pods: a Deployment, an InferenceService, a Helm release or an EKS add-on.
	Resource resource.Resource
	// Model is the model that the pods are of; "" for others.
	Model string
	// Namespace and Labels are those of the pods.
	Namespace string
	Labels    map[string]string
	// Least is the lowest number of pods, and Known says that it is known.
	Least int64
	Known bool
	// OnFargate says that a Fargate profile of the stack takes the pods; all others run on nodes.
	OnFargate bool
}

// Workloads lists the pods of a stack but for those that run on every node.
func Workloads(set resource.Set) []Workload {
	c := &counter{set: set, modelNamespace: namespaceOfModels(set)}
	selectors := c.selectors()
	var all []Workload
	for _, w := range slices.Concat(c.deployments(), c.releases(), c.addons()) {
		all = append(all, Workload{
			Resource: w.resource, Model: set.Model(w.resource), Namespace: w.namespace, Labels: w.labels, Least: w.least, Known: w.unclear == "",
			OnFargate: slices.ContainsFunc(selectors, w.fits),
		})
	}
	return all
}

// selectors are those of all Fargate profiles.
func (c *counter) selectors() (all []resource.Value) {
	for _, profile := range c.set.OfType("aws:eks/fargateProfile:FargateProfile") {
		all = append(all, profile.At("selectors").List()...)
	}
	return all
}
