package command

import (
	"context"
	"fmt"
	"io"

	"github.com/modelway/modelway/internal/gitops"

	"github.com/modelway/modelway/local/checkout"
)

// prepareArgocd builds the programs of Argo CD's pods for an environment that has it.
func prepareArgocd(ctx context.Context, out io.Writer, c checkout.Checkout, settings map[string]any) error {
	if object(settings["modelway:argocd"])["enabled"] != true {
		return nil
	}
	return build(ctx, out, c, "argocd")
}

// portOfDelivery is the port that was asked for, or, of the local stack whose models Argo CD delivers, that of its settings, which what is
// rendered has: with another one no model would answer.
func portOfDelivery(c checkout.Checkout, stack string, settings map[string]any, asked int) (int, error) {
	delivery, _ := object(settings["modelway:models"])["delivery"].(string)
	if stack != localStack || !gitops.ByArgoCD(delivery) {
		return asked, nil
	}
	port, err := configuredPort(c)
	if err != nil {
		return 0, err
	}
	if asked != 0 && asked != port {
		return 0, fmt.Errorf("PORT is %d, and Argo CD delivers models on port %d, that of Pulumi.local.yaml; nothing was changed; fix: "+
			"leave PORT out, or write `port: %[1]d` there, and commit `modelway render --stack local`", asked, port)
	}
	return port, nil
}
