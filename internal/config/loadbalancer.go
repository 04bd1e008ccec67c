package config

import (
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/serving"
)

// The spec of a load balancer, whose rules are in package serving.
type (
	LoadBalancer = serving.LoadBalancer
	Listener     = alb.Listener
	Jwt          = serving.Jwt
	JwtClaim     = alb.JwtClaim
)

// DefaultLoadBalancer returns what holds where a load balancer says nothing; see serving.DefaultLoadBalancer.
func DefaultLoadBalancer() LoadBalancer { return serving.DefaultLoadBalancer() }
