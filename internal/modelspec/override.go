package modelspec

// OverridesKey is the configuration key that holds the overrides of an environment, by model name.
const OverridesKey = "modelway:models.overrides"

// Override replaces parts of a model in one environment. What is nil stays as the model's file has it.
type Override struct {
	// Image runs another version of the model; see Model.Image.
	Image *string `json:"image,omitempty"`

	// Files serves another version of the files of a model that has files; see Model.Files.
	Files *FilesOverride `json:"model,omitempty"`

	// Replicas replaces one or both bounds; see Model.Replicas.
	Replicas *ReplicasOverride `json:"replicas,omitempty"`

	// Resources replaces one or both resources; see Model.Resources.
	Resources *ResourcesOverride `json:"resources,omitempty"`

	// Scaling replaces the metric, the target, or both; see Model.Scaling.
	Scaling *ScalingOverride `json:"scaling,omitempty"`

	// Canary replaces parts of the canary; see Model.Canary.
	Canary *CanaryOverride `json:"canary,omitempty"`

	// Train replaces parts of the training, such as its schedule in the one environment that trains; see Model.Train.
	Train *TrainOverride `json:"train,omitempty"`

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
	CPU *string `json:"cpu,omitempty" jsonschema:"format=quantity"`

	// Memory replaces Resources.Memory.
	Memory *string `json:"memory,omitempty" jsonschema:"format=quantity"`
}

// ScalingOverride replaces parts of Scaling, such as requests in an environment without the monitoring.
type ScalingOverride struct {
	// Metric replaces Scaling.Metric.
	Metric *string `json:"metric,omitempty"`

	// Target replaces Scaling.Target.
	Target *int `json:"target,omitempty"`
}

// FilesOverride replaces parts of Files or CanaryFiles. The format is the model's in every environment.
type FilesOverride struct {
	// URI replaces model.uri, or canary.model.uri.
	URI *string `json:"uri,omitempty"`

	// Digest replaces model.digest, or canary.model.digest.
	Digest *string `json:"digest,omitempty"`
}

// CanaryOverride replaces parts of Canary.
type CanaryOverride struct {
	// Image replaces Canary.Image.
	Image *string `json:"image,omitempty"`

	// Files replaces parts of Canary.Files.
	Files *FilesOverride `json:"model,omitempty"`

	// Weight replaces Canary.Weight.
	Weight *int `json:"weight,omitempty"`
}

// TrainOverride replaces parts of Train.
type TrainOverride struct {
	// Pipeline replaces train.pipeline, such as where an environment alone trains.
	Pipeline *string `json:"pipeline,omitempty"`

	// Schedule replaces train.schedule; "" for none in this environment.
	Schedule *string `json:"schedule,omitempty"`

	// TimeZone replaces train.timeZone.
	TimeZone *string `json:"timeZone,omitempty"`

	// Image replaces train.image; "" for none in this environment.
	Image *string `json:"image,omitempty"`

	// Registry replaces train.registry.
	Registry *string `json:"registry,omitempty"`

	// Artifacts replaces train.artifacts.
	Artifacts *string `json:"artifacts,omitempty"`

	// Resources replaces one or both of train.resources.
	Resources *ResourcesOverride `json:"resources,omitempty"`
}
