package command

import (
	"context"
	"fmt"
	"io"

	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/local/checkout"
)

// build brings the programs of a group up to date, which `modelway up` builds only for an environment that runs them, and tells of each how
// far it is. A checkout without the sources of the local stack keeps those that it has.
func build(ctx context.Context, out io.Writer, c checkout.Checkout, group string) error {
	modelway := c.Modelway()
	if !modelway.Complete() {
		return nil
	}
	if err := modelway.Build(ctx, out, out, group); err != nil {
		return fmt.Errorf("building the programs of %s, which this environment has: %w", group, err)
	}
	if c.Imports() {
		return modelway.Lend(project.Project(c))
	}
	return nil
}
