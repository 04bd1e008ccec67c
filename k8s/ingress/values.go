package ingress

import "github.com/modelway/modelway/internal/serving"

// What LoadBalancerArgs describe.
type (
	Listener      = serving.Listener
	JwtValidation = serving.JwtValidation
	JwtClaim      = serving.JwtClaim
)

// Values of LoadBalancerArgs.Scheme, SslPolicy and WebAclArn.
const (
	SchemeInternetFacing = serving.SchemeInternetFacing
	SchemeInternal       = serving.SchemeInternal
	DefaultSslPolicy     = serving.DefaultSslPolicy
	WebAclNone           = serving.WebAclNone
)
