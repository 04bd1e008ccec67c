package config

import (
	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/schedule"
)

// Models says where the model files are and what this environment changes in them.
type Models struct {
	// Directory holds one YAML file per model, relative to the project's root. Default models.
	Directory string `json:"directory"`

	// Namespace is the Kubernetes namespace of the models. Default models.
	Namespace string `json:"namespace"`

	// Overrides replaces a model's image, files, replicas, resources, scaling, canary or compute in this environment, by model name. Default
	// none.
	Overrides map[string]modelspec.Override `json:"overrides"`

	// OnInvalidModel says what happens when a model's file has faults, or does not fit the environment or another model. With fail
	// nothing is deployed. With skip a warning names the model and it alone is left out: it runs on as it was last deployed, or is not there
	// at all if it never was. Default fail.
	OnInvalidModel string `json:"onInvalidModel"`

	// RequestMetric is the name of the metric of a pod's requests per second that an adapter serves in this environment's cluster, as the API
	// custom.metrics.k8s.io. Models that scale by requests need it where the monitoring does not scale them. Default none.
	RequestMetric string `json:"requestMetric"`

	// Delivery says who makes the objects of models. With pulumi `pulumi up` does. With argocd Argo CD does, from what `modelway render` has
	// written into Git; their service accounts and roles stay with the program. With handover both do: it is the step between the two, one
	// `pulumi up` each, in which no request fails (docs/argocd.md). Default pulumi.
	Delivery string `json:"delivery"`

	// Git is the repository that Argo CD delivers models from. Required with delivery argocd and handover.
	Git Git `json:"git"`

	// Schedule stops all models of this environment at times when nobody needs them. Default none: they always run.
	Schedule Schedule `json:"schedule"`
}

// Git says where rendered models are; its rules are in package gitops.
type Git = gitops.Spec

// Schedule gives the times at which models stop and start; its rules are in package schedule.
type Schedule = schedule.Spec

// What happens to a model that cannot be served.
const (
	// OnInvalidModelFail deploys nothing.
	OnInvalidModelFail = "fail"
	// OnInvalidModelSkip leaves the model out.
	OnInvalidModelSkip = "skip"
)

// OnInvalidModels lists the allowed values of Models.OnInvalidModel.
var OnInvalidModels = []string{OnInvalidModelFail, OnInvalidModelSkip}
