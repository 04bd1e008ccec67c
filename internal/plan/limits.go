package plan

import (
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/alerts"
)

// Limits are the numbers of Headroom that alerts watch: of each load balancer and of the region, and addresses by the kind of subnets.
func Limits(headroom map[string]any) []alerts.Headroom {
	var all []alerts.Headroom
	add := func(kind, of string, resources any) {
		by, _ := resources.(map[string]any)
		for _, resource := range slices.Sorted(maps.Keys(by)) {
			figures, _ := by[resource].(map[string]any)
			used, _ := figures["used"].(int)
			quota, _ := figures["quota"].(int)
			all = append(all, alerts.Headroom{Kind: kind, Resource: resource, Of: of, Used: float64(used), Limit: float64(quota)})
		}
	}
	balancers, _ := headroom["loadBalancers"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(balancers)) {
		add(alerts.LoadBalancers, name, balancers[name])
	}
	add(alerts.LoadBalancers, "the region", headroom["region"])
	add(alerts.Addresses, "the fullest zone", headroom["addresses"])
	return all
}
