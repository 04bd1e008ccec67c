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

// checkDelivered refuses a port of the local stack's load balancer that is not that of its settings where Argo CD delivers the models: what
// is rendered has the port of the settings, and no model would answer.
func checkDelivered(stack string, settings map[string]any, port int) error {
	delivery, _ := object(settings["modelway:models"])["delivery"].(string)
	if stack != localStack || !gitops.ByArgoCD(delivery) {
		return nil
	}
	listener, err := firstListener(map[string]any{"config": settings})
	if err != nil || fmt.Sprint(listener["port"]) == fmt.Sprint(port) {
		return err
	}
	return fmt.Errorf("the load balancer would listen on port %d, and Argo CD delivers models on port %v, that of Pulumi.local.yaml: nothing "+
		"was changed; fix: write `port: %[1]d` there, commit `modelway render --stack local`, and run `make up` again", port, listener["port"])
}
