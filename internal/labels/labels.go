// Package labels has the labels of objects in the cluster, which selectors of other objects rely on
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
package labels

const (
	// Name says what an object is of: a model, or a service.
	Name = "app.kubernetes.io/name"
	// Instance tells installations of one service apart.
	Instance = "app.kubernetes.io/instance"
	// Component says which part of a whole an object is, such as a model or its canary.
	Component = "app.kubernetes.io/component"
	// PartOf says what the whole is; on all that Modelway makes it is Modelway.
	PartOf = "app.kubernetes.io/part-of"
	// Modelway is the value of PartOf.
	Modelway = "modelway"
	// Compute on a pod says what it runs on: fargate, nodes or gpu. The selectors of the Fargate profiles match it, so that a new model
	// needs no new profile.
	Compute = "modelway.dev/compute"
)

// Values of Component.
const (
	Model    = "model"
	Canary   = "canary"
	Schedule = "schedule"
	Training = "training"
)

// Models selects the Deployments of all models, in both versions, as kubectl writes a selector.
const Models = PartOf + "=" + Modelway + "," + Component + " in (" + Model + "," + Canary + ")"
