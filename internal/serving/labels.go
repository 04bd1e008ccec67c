package serving

import (
	"maps"

	"github.com/modelway/modelway/internal/labels"
	"github.com/modelway/modelway/internal/lineage"
	"github.com/modelway/modelway/internal/modelspec"
)

// Family picks all objects of a model, the canary's too.
func Family(m modelspec.Model) map[string]string {
	return map[string]string{labels.Name: m.Name, labels.PartOf: labels.Modelway}
}

// Selector picks the pods of one version of a model. A Deployment's selector cannot change, so it holds only what never does.
func (v Version) Selector() map[string]string {
	return map[string]string{labels.Name: v.Model.Name, labels.Component: v.component}
}

// Labels are on every object of a version.
func (v Version) Labels() map[string]string {
	all := v.Selector()
	all[labels.PartOf] = labels.Modelway
	return all
}

// PodLabels are on the pods of a version. A change of its source alone replaces them, as any change of a pod does: one after the other.
func (v Version) PodLabels() map[string]string {
	all := v.Labels()
	maps.Copy(all, lineage.Labels(v.Source))
	all[labels.Compute] = v.Model.Compute
	return all
}

// PodLabels are the labels of the pods of a model, which the selectors of Fargate profiles are matched against.
func PodLabels(m modelspec.Model) map[string]string { return StableVersion(m).PodLabels() }
