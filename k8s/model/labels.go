package model

import "github.com/modelway/modelway/internal/modelspec"

const (
	// ComputeLabel on a pod says what it runs on: fargate, nodes or gpu. The selectors of the Fargate profiles match it, so that a
	// new model needs no new profile.
	ComputeLabel = "modelway.dev/compute"

	nameLabel      = "app.kubernetes.io/name"
	componentLabel = "app.kubernetes.io/component"
	partOfLabel    = "app.kubernetes.io/part-of"
)

// family picks all objects of a model, the canary's too.
func family(m modelspec.Model) map[string]string {
	return map[string]string{nameLabel: m.Name, partOfLabel: "modelway"}
}

// selector picks the pods of one version of a model. A Deployment's selector cannot change, so it holds only what never does.
func (v version) selector() map[string]string {
	return map[string]string{nameLabel: v.model.Name, componentLabel: v.component}
}

// labels are on every object of a version.
func (v version) labels() map[string]string {
	labels := v.selector()
	labels[partOfLabel] = "modelway"
	return labels
}

// podLabels are on the pods of a version.
func (v version) podLabels() map[string]string {
	labels := v.labels()
	labels[ComputeLabel] = v.model.Compute
	return labels
}

// PodLabels are the labels of the pods of a model, which the selectors of Fargate profiles are matched against.
func PodLabels(m modelspec.Model) map[string]string { return stableVersion(m).podLabels() }
