// Package mlflowserver decides what the MLflow server of an environment is: its pods, its addresses, and what it tells them.
package mlflowserver

import (
	"slices"

	"github.com/modelway/modelway/internal/rule"
)

// Limits of a Spec. More than two pods would have no connections: package database counts with two, and a third while they are replaced.
const (
	maxReplicas                  = 2
	maxRetentionDays             = 3650
	minMemoryGiB, maxMemoryGiB   = 1, 8
	leftMiB                      = 256
	defaultRetention, defaultGiB = 30, 2
)

// Spec describes the MLflow server of an environment, with its registry of models. What it knows is in the database, and files of runs and
// models are in a bucket of their own (docs/mlflow.md).
type Spec struct {
	// Enabled installs MLflow, and the External Secrets Operator, which brings it the password of the database. It needs database.enabled.
	// People reach it as mlflow.<domain> of the load balancer that serves tools, where there is one, and pods as http://mlflow.mlflow.svc.
	// Default false.
	Enabled bool `json:"enabled"`

	// Replicas is the number of its pods, 1 or 2. Default 1; a policy requires 2 in production.
	Replicas int `json:"replicas" jsonschema:"minimum=1,maximum=2"`

	// MemoryGiB is the memory of each pod in GiB, 1 to 8, of which a quarter of a GiB is left to what runs beside it. Default 2.
	MemoryGiB int `json:"memoryGiB" jsonschema:"minimum=1,maximum=8"`

	// RetentionDays is after how many days runs, models and experiments that somebody has deleted are gone for good, with their files, 1 to
	// 3650. Until then they can be restored. Default 30.
	RetentionDays int `json:"retentionDays" jsonschema:"minimum=1,maximum=3650"`
}

// Default is the server that holds where an environment says nothing.
func Default() Spec { return Spec{Replicas: 1, MemoryGiB: defaultGiB, RetentionDays: defaultRetention} }

// Check reports numbers out of range.
func (s Spec) Check() []rule.Fault {
	return slices.Concat(
		rule.Between(rule.Path{"replicas"}, s.Replicas, 1, maxReplicas),
		rule.Between(rule.Path{"memoryGiB"}, s.MemoryGiB, minMemoryGiB, maxMemoryGiB),
		rule.Between(rule.Path{"retentionDays"}, s.RetentionDays, 1, maxRetentionDays),
	)
}

// PodMiB is what the container of a pod asks for, in MiB: Fargate keeps the rest for itself, and nodes for theirs
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html).
func (s Spec) PodMiB() int { return s.MemoryGiB<<10 - leftMiB }
