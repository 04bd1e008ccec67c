package config

import "github.com/modelway/modelway/internal/budget"

// Cost is the spec of the environment's budget, whose rules are in package budget.
type Cost = budget.Spec
