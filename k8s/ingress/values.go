package ingress

import (
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/serving"
)

// What LoadBalancerArgs describe.
type (
	Class    = serving.Class
	Spec     = serving.LoadBalancer
	Listener = alb.Listener
	Jwt      = serving.Jwt
	JwtClaim = alb.JwtClaim
)

// Values of Spec.Scheme, SslPolicy and WebAclArn.
const (
	SchemeInternetFacing = serving.SchemeInternetFacing
	SchemeInternal       = serving.SchemeInternal
	DefaultSslPolicy     = serving.DefaultSslPolicy
	WebAclNone           = serving.WebAclNone
)
