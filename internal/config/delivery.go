package config

import "github.com/modelway/modelway/internal/delivery"

// The spec of continuous delivery, whose rules are in package delivery.
type (
	Delivery = delivery.Spec
	GitHub   = delivery.GitHub
)
