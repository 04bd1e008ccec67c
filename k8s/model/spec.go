package model

import (
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/modelspec"
)

// Spec is a model's file, under a name that other modules can use: its package is internal to this one.
type Spec = modelspec.Model

// Entrance is a host on which a model answers, under a name that other modules can use.
type Entrance = modelspec.Entrance

// Workload is a number of pods, under a name that other modules can use.
type Workload = addons.Workload

// DefaultSpec is what holds where a model's file says nothing. Its Name and Image must be given.
func DefaultSpec() Spec { return modelspec.Default() }
