package model

import "github.com/modelway/modelway/internal/modelspec"

const (
	// ComputeLabel on a pod says what it runs on, fargate or nodes. The selectors of the Fargate profiles match it, so that a
	// new model needs no new profile.
	ComputeLabel = "modelway.dev/compute"

	nameLabel      = "app.kubernetes.io/name"
	componentLabel = "app.kubernetes.io/component"
	partOfLabel    = "app.kubernetes.io/part-of"
)

// selector picks the pods of a model. A Deployment's selector cannot change, so it holds only what never does.
func selector(m modelspec.Model) map[string]string {
	return map[string]string{nameLabel: m.Name, componentLabel: "model"}
}

// objectLabels are on every object of a model.
func objectLabels(m modelspec.Model) map[string]string {
	labels := selector(m)
	labels[partOfLabel] = "modelway"
	return labels
}

// PodLabels are the labels of the pods of a model, which the selectors of Fargate profiles are matched against.
func PodLabels(m modelspec.Model) map[string]string {
	labels := objectLabels(m)
	labels[ComputeLabel] = m.Compute
	return labels
}
