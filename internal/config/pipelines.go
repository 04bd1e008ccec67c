package config

import "github.com/modelway/modelway/internal/pipelines"

// Pipelines is the spec of Kubeflow Pipelines, whose rules are in package pipelines.
type Pipelines = pipelines.Spec
