package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/capacity"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/outputs"
)

// Previous is what the last deployment of the stack left: its own outputs. It keeps every host on its load balancer. The zero value
// means that there was none.
type Previous struct {
	// LoadBalancers by name.
	LoadBalancers map[string]PreviousLoadBalancer
	// Models by name, as they were deployed. One that can no longer be read is the zero value.
	Models map[string]modelspec.Model
	// Delivery is who made the objects of models.
	Delivery Delivered
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

// Deployed reports whether the last deployment had a model of the name, also one that can no longer be read.
func (p Previous) Deployed(name string) bool {
	_, found := p.Models[name]
	return found
}

// Placed is the same with the hosts on the load balancers that a rendering has them on, whose outputs are given: where Argo CD delivers
// models, it delivers what was rendered, which may be ahead of the last deployment. Hosts that the rendering does not have stay.
func (p Previous) Placed(rendered Previous) Previous {
	there := map[string]bool{}
	for _, lb := range rendered.LoadBalancers {
		for _, host := range lb.Hosts {
			there[host] = true
		}
	}
	placed := maps.Clone(rendered.LoadBalancers)
	if placed == nil {
		placed = map[string]PreviousLoadBalancer{}
	}
	for name, lb := range p.LoadBalancers {
		left := slices.DeleteFunc(slices.Clone(lb.Hosts), func(host string) bool { return there[host] })
		lb.Hosts = slices.Concat(rendered.LoadBalancers[name].Hosts, left)
		placed[name] = lb
	}
	p.LoadBalancers = placed
	return p
}

// FromOutputs reads the outputs of a stack.
func FromOutputs(stack string, found map[string]any) (Previous, error) {
	previous := Previous{Models: map[string]modelspec.Model{}}
	text, err := json.Marshal(found[outputs.LoadBalancers])
	if err == nil {
		err = json.Unmarshal(text, &previous.LoadBalancers)
	}
	if err != nil {
		return Previous{}, fmt.Errorf("reading the output %s of stack %s: %w", outputs.LoadBalancers, stack, err)
	}
	if text, err = json.Marshal(found[outputs.Delivery]); err == nil {
		err = json.Unmarshal(text, &previous.Delivery)
	}
	if err != nil {
		return Previous{}, fmt.Errorf("reading the output %s of stack %s: %w", outputs.Delivery, stack, err)
	}
	deployed, _ := found[outputs.Models].(map[string]any)
	for name, value := range deployed {
		compact, _ := value.(map[string]any)
		// What an older version deployed may be no model any more. It is deployed all the same.
		previous.Models[name], _ = modelspec.Restore(name, compact)
	}
	return previous, nil
}
