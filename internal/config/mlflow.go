package config

import "github.com/modelway/modelway/internal/mlflowserver"

// Mlflow is the spec of the MLflow server, whose rules are in package mlflowserver.
type Mlflow = mlflowserver.Spec
