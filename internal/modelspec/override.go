package modelspec

// OverridesKey is the configuration key that holds the overrides of an environment, by model name.
const OverridesKey = "modelway:models.overrides"

// Override replaces parts of a model in one environment. What is nil stays as the model's file has it.
type Override struct {
	// Image runs another version of the model; see Model.Image.
	Image *string `json:"image,omitempty"`

	// Replicas replaces one or both bounds; see Model.Replicas.
	Replicas *ReplicasOverride `json:"replicas,omitempty"`

	// Resources replaces one or both resources; see Model.Resources.
	Resources *ResourcesOverride `json:"resources,omitempty"`

	// Canary replaces parts of the canary; see Model.Canary.
	Canary *CanaryOverride `json:"canary,omitempty"`

	// Compute runs the model on another kind of compute, for environments that have one only; see Model.Compute.
	Compute *string `json:"compute,omitempty"`
}

// ReplicasOverride replaces bounds of Replicas. Its fields are pointers so that a written 0 is told from nothing written.
type ReplicasOverride struct {
	// Min replaces Replicas.Min.
	Min *int `json:"min,omitempty"`

	// Max replaces Replicas.Max.
	Max *int `json:"max,omitempty"`
}

// ResourcesOverride replaces parts of Resources.
type ResourcesOverride struct {
	// CPU replaces Resources.CPU.
	CPU *string `json:"cpu,omitempty"`

	// Memory replaces Resources.Memory.
	Memory *string `json:"memory,omitempty"`
}

// CanaryOverride replaces parts of Canary.
type CanaryOverride struct {
	// Image replaces Canary.Image.
	Image *string `json:"image,omitempty"`

	// Weight replaces Canary.Weight.
	Weight *int `json:"weight,omitempty"`
}

// apply merges the override into the entry's model and notes the configuration keys as the origin of what it replaced.
func (o Override) apply(e *entry) {
	prefix := OverridesKey + "." + e.stem
	replace(e, prefix, "image", &e.model.Image, o.Image)
	replace(e, prefix, "compute", &e.model.Compute, o.Compute)
	if o.Replicas != nil {
		replace(e, prefix, "replicas.min", &e.model.Replicas.Min, o.Replicas.Min)
		replace(e, prefix, "replicas.max", &e.model.Replicas.Max, o.Replicas.Max)
	}
	if o.Canary != nil {
		replace(e, prefix, "canary.image", &e.model.Canary.Image, o.Canary.Image)
		replace(e, prefix, "canary.weight", &e.model.Canary.Weight, o.Canary.Weight)
	}
	if o.Resources != nil {
		replace(e, prefix, "resources.cpu", &e.model.Resources.CPU, o.Resources.CPU)
		replace(e, prefix, "resources.memory", &e.model.Resources.Memory, o.Resources.Memory)
	}
}

func replace[T any](e *entry, prefix, path string, target, value *T) {
	if value == nil {
		return
	}
	*target = *value
	e.origins[path] = origin{key: prefix + "." + path}
}
