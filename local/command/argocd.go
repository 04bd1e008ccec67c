package command

import (
	"context"
	"io"

	"github.com/modelway/modelway/local/checkout"
)

// prepareArgocd builds the programs of Argo CD's pods for an environment that has it.
func prepareArgocd(ctx context.Context, out io.Writer, c checkout.Checkout, settings map[string]any) error {
	if object(settings["modelway:argocd"])["enabled"] != true {
		return nil
	}
	return build(ctx, out, c, "argocd")
}
