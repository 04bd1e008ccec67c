package main

import (
	"context"
	"errors"

	"github.com/modelway/modelway/internal/upgrade"
)

// ask reads the cluster.
func (u *upgrading) ask(ctx context.Context, r *upgrade.Request) error {
	return errors.New("not yet")
}
