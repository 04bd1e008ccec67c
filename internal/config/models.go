package config

import "github.com/modelway/modelway/internal/modelspec"

// Models says where the model files are and what this environment changes in them.
type Models struct {
	// Directory holds one YAML file per model, relative to the project's root. Default models.
	Directory string `json:"directory"`

	// Namespace is the Kubernetes namespace of the models. Default models.
	Namespace string `json:"namespace"`

	// Overrides replaces a model's image, replicas, resources or compute in this environment, by model name. Default none.
	Overrides map[string]modelspec.Override `json:"overrides"`
}
