package ingress

import "github.com/modelway/modelway/internal/alb"

// Listener is one open port, under a name that other modules can use: its package is internal to this one.
type Listener = alb.Listener
