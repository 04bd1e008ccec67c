package platform

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/plan"
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
