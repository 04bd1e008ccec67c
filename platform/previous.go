package platform

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
	"github.com/modelway/modelway/k8s/model"
)

// Previous is what the last deployment of the stack left: its own outputs. It keeps every host on its load balancer. The zero value
// means that there was none.
type Previous struct {
	// LoadBalancers by name.
	LoadBalancers map[string]PreviousLoadBalancer
	// Models are the names of the deployed models.
	Models []string
	// Spec gives the file of a deployed model as it was deployed, with defaults filled in; false when it is not known. Nil: none is.
	Spec func(name string) (Model, bool)
}

// PreviousLoadBalancer is a deployed load balancer.
type PreviousLoadBalancer struct {
	// LoadBalancer is the key of its settings.
	LoadBalancer string `json:"loadBalancer"`
	// Scheme is internet-facing or internal.
	Scheme string `json:"scheme"`
	// Hosts that it serves.
	Hosts []string `json:"hosts"`
}

func (p Previous) placement() capacity.Placement {
	placement := capacity.Placement{}
	for name, lb := range p.LoadBalancers {
		placement[name] = lb.Hosts
	}
	return placement
}

func (p Previous) deployed(name string) bool { return slices.Contains(p.Models, name) }

// spec gives the file of a deployed model.
func (p Previous) spec(name string) (modelspec.Model, bool) {
	if p.Spec == nil || !p.deployed(name) {
		return modelspec.Model{}, false
	}
	return p.Spec(name)
}

// ReadPrevious reads the outputs of the stack that is being deployed, as its last deployment left them.
func ReadPrevious(ctx *pulumi.Context) (Previous, error) {
	stack := fmt.Sprintf("%s/%s/%s", ctx.Organization(), ctx.Project(), ctx.Stack())
	var read struct {
		Outputs map[string]json.RawMessage `json:"outputs"`
	}
	if err := invoke(ctx, "pulumi:pulumi:readStackOutputs", map[string]any{"name": stack}, &read); err != nil {
		return Previous{}, fmt.Errorf("reading the outputs of stack %s: %w", stack, err)
	}
	previous, urls := Previous{}, map[string]string{}
	for name, target := range map[string]any{outputs.LoadBalancers: &previous.LoadBalancers, outputs.ModelURLs: &urls} {
		if text, given := read.Outputs[name]; given {
			if err := json.Unmarshal(text, target); err != nil {
				return Previous{}, fmt.Errorf("reading the output %s of stack %s: %w", name, stack, err)
			}
		}
	}
	previous.Models = slices.Sorted(maps.Keys(urls))
	previous.Spec = func(name string) (Model, bool) { return readSpec(ctx, stack, name) }
	return previous, nil
}

// readSpec reads the file of a deployed model from the outputs of its component.
func readSpec(ctx *pulumi.Context, stack, name string) (spec Model, found bool) {
	var read struct {
		Outputs map[string]map[string]any `json:"outputs"`
	}
	if err := invoke(ctx, "pulumi:pulumi:readStackResourceOutputs", map[string]any{"stackName": stack}, &read); err != nil {
		return spec, false
	}
	for urn, values := range read.Outputs {
		if text, ok := values[model.SpecOutput].(string); ok && strings.HasSuffix(urn, "$"+model.Token+"::"+name) {
			return spec, json.Unmarshal([]byte(text), &spec) == nil
		}
	}
	return spec, false
}

// invoke calls a function of the engine, which may answer with secrets.
func invoke(ctx *pulumi.Context, token string, args map[string]any, result any) error {
	var answer map[string]any
	if _, err := ctx.InvokePackageRaw(token, args, &answer, ""); err != nil {
		return err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, result)
}
