package serving

import "github.com/modelway/modelway/internal/alb"

// Listener is one open port, under a name that other modules can use: its package is internal to this one. So are the
// types below.
type Listener = alb.Listener

// JwtValidation says which JSON Web Tokens a load balancer accepts.
type JwtValidation = alb.JwtValidation

// JwtClaim is a claim that a token must have.
type JwtClaim = alb.JwtClaim
