package platform

import (
	"fmt"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/internal/plan"
	"github.com/modelway/modelway/internal/render"
)

// ReadPrevious reads the outputs of the stack that is being deployed, as its last deployment left them.
func ReadPrevious(ctx *pulumi.Context) (plan.Previous, error) {
	stack := fmt.Sprintf("%s/%s/%s", ctx.Organization(), ctx.Project(), ctx.Stack())
	var answer map[string]any // which has a secret, the kubeconfig, that nothing here looks at
	if _, err := ctx.InvokePackageRaw("pulumi:pulumi:readStackOutputs", map[string]any{"name": stack}, &answer, ""); err != nil {
		return plan.Previous{}, fmt.Errorf("reading the outputs of stack %s: %w", stack, err)
	}
	found, _ := answer["outputs"].(map[string]any)
	return plan.FromOutputs(stack, found)
}

// asRendered is what the last deployment left, with every host where the index of a rendering has it; unchanged where there is none, and
// where Argo CD had no part in that deployment, so that the rendering is not what is delivered.
func asRendered(previous plan.Previous, folder, stack string) (plan.Previous, error) {
	if previous.LoadBalancers != nil && !gitops.ByArgoCD(previous.Delivery.Models) {
		return previous, nil
	}
	index, err := render.ReadIndex(folder)
	if err != nil || index.LoadBalancers == nil {
		return previous, err
	}
	rendered, err := plan.FromOutputs(stack, map[string]any{outputs.LoadBalancers: index.LoadBalancers})
	if err != nil {
		return previous, fmt.Errorf("%w; fix: restore %s from Git", err, filepath.Join(folder, render.IndexFile))
	}
	return previous.Placed(rendered), nil
}
