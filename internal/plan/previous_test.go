package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/plan"
)

// TestPlaced wants every host once: where the rendering has it, or where it was.
func TestPlaced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(what string) (plan.Previous, map[string]string) {
			p, on := plan.Previous{LoadBalancers: map[string]plan.PreviousLoadBalancer{}}, map[string]string{}
			for i := range rapid.IntRange(0, 6).Draw(t, what) {
				host, name := fmt.Sprint("host-", i), rapid.SampledFrom([]string{"public", "public-2", "internal"}).Draw(t, what)
				lb := p.LoadBalancers[name]
				lb.LoadBalancer, lb.Hosts = name, append(lb.Hosts, host)
				p.LoadBalancers[name], on[host] = lb, name
			}
			return p, on
		}
		deployed, was := draw("deployed")
		rendered, ahead := draw("rendered")
		for host, name := range ahead {
			was[host] = name
		}
		got := map[string]string{}
		for name, lb := range deployed.Placed(rendered).LoadBalancers {
			require.Equal(t, name, lb.LoadBalancer)
			for _, host := range lb.Hosts {
				require.NotContains(t, got, host, "on two load balancers")
				got[host] = name
			}
		}
		require.Equal(t, was, got)
	})
}
