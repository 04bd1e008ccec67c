package plan

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// built is the load balancer that the controller makes of the platform's Ingresses.
func built(t require.TestingT, cfg config.Config, b Balancer) alb.LoadBalancer {
	class := b.Class(cfg)
	group := []alb.Ingress{class.Anchor(serving.AnchorNamespace)}
	var services []alb.Service
	for _, d := range b.routes {
		group = append(group, serving.Ingress(d.model, serving.Routing{
			Entrance: d.entrance, Namespace: cfg.Models.Namespace, ClassName: class.Name, ListenPorts: alb.ListenPorts(class.Listeners),
		}))
		services = append(services, serving.Services(d.model, cfg.Models.Namespace)...)
	}
	lb, err := alb.Build(params(class), group, alb.WithServices(services...))
	require.NoError(t, err)
	return lb
}

func names(models []modelspec.Model) []string {
	all := make([]string, len(models))
	for i, m := range models {
		all[i] = m.Name
	}
	return all
}

// hosts are those of each load balancer.
func hosts(p Plan) map[string][]string { return p.Capacity.Placement() }

// TestCanaryKeepsTheLoadBalancer is issue 2532: whatever happens to a canary, the load balancer and the stable target group stay what they
// are.
func TestCanaryKeepsTheLoadBalancer(t *testing.T) {
	cfg := environmentWith()
	served := func(canary string) alb.LoadBalancer {
		p, faults, err := Preflight(cfg, []modelspec.Model{made(t, "churn", canary)}, Previous{})
		require.NoError(t, err)
		require.Empty(t, faults)
		return built(t, cfg, p.Balancers[slices.IndexFunc(p.Balancers, func(b Balancer) bool { return b.Name == "public" })])
	}
	alone := served("")
	stable := alone.TargetGroups[0]
	for _, canary := range []string{
		"canary: {image: 'example.com/model:2'}",
		"canary: {image: 'example.com/model:2', weight: 98}",
		"canary: {image: 'example.com/model:3', weight: 2, testers: {cookie: canary, value: always}}",
	} {
		both := served(canary)
		require.Contains(t, both.TargetGroups, stable)
		require.Len(t, both.TargetGroups, 2)
		both.TargetGroups, both.Listeners = alone.TargetGroups, alone.Listeners
		require.Equal(t, alone, both)
	}
}
