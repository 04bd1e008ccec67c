package capacity

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Placement is what a deployment leaves for the next one to keep to: the hosts of each ALB, by the ALB's name. An ALB without
// hosts has an empty list.
type Placement map[string][]string

// LoadBalancer is one ALB.
type LoadBalancer struct {
	// Name is that of the pool for the first one, and pool-2, pool-3, ... for the others.
	Name string
	// Number within the pool, from 1. Numbers of released ALBs are free, and used again.
	Number int
	// Pool that the ALB belongs to.
	Pool Pool
	// Hosts that it serves, by name.
	Hosts []Host
	// Used is the demand of all its hosts.
	Used Demand
}

// Models is the number of different models at its hosts.
func (lb LoadBalancer) Models() int {
	models := map[string]bool{}
	for _, host := range lb.Hosts {
		for _, model := range host.Models {
			models[model] = true
		}
	}
	return len(models)
}

// Plan says which ALBs there are and which hosts each serves.
type Plan struct {
	// LoadBalancers by name of the pool, then by number.
	LoadBalancers []LoadBalancer
	// Quotas that the plan keeps to.
	Quotas Quotas

	placed map[place]string // ALB
}

// place is where a host is to be served. Pools that serve clients of different networks may have the same host.
type place struct{ pool, host string }

// Of gives the name of the ALB of the pool that serves a host, or "" when the plan does not have the host there.
func (p Plan) Of(pool, host string) string { return p.placed[place{pool, host}] }

// Placement gives what to hand to New at the next deployment, once this plan is deployed.
func (p Plan) Placement() Placement {
	placement := Placement{}
	for _, lb := range p.LoadBalancers {
		names := make([]string, len(lb.Hosts))
		for i, host := range lb.Hosts {
			names[i] = host.Name
		}
		placement[lb.Name] = names
	}
	return placement
}

// New plans from what the last deployment left; nil when there was none. The order of pools and hosts does not matter.
//
// A host that was placed stays on its ALB while its pool is the same. Each new host goes to the first ALB of its pool that has
// room, or else to a new one with the lowest free number. Having room means that reserve target groups and as many rules
// stay free for the hosts already there, so that models can take a canary; they themselves may use the quota up. An ALB
// without hosts takes any host.
//
// New hosts are taken by size, largest first, and by name where they are equal. Taken by name alone they would need the same
// ALBs where they are small and about 3% more where some take half an ALB; with one quota it is at most 11/9 of the fewest
// possible and one more, and not 17/10 (https://en.wikipedia.org/wiki/First-fit-decreasing_bin_packing,
// https://en.wikipedia.org/wiki/First-fit_bin_packing). An ALB costs about 16 USD a month before traffic
// (0.0225 USD an hour, https://aws.amazon.com/elasticloadbalancing/pricing/).
//
// The error joins all faults: of the input, and quotas exceeded. The plan next to it has every host whose pool exists, so that
// it can be shown; deploy it only without error.
func New(previous Placement, pools []Pool, hosts []Host, quotas Quotas, reserve int) (Plan, error) {
	known, byPool, faults := arrange(pools, hosts)
	if most := min(quotas.RulesPerLoadBalancer, quotas.TargetGroupsPerLoadBalancer) - 1; reserve < 0 || reserve > most {
		faults = append(faults, fmt.Errorf("a reserve of %d target groups and rules on each load balancer is not within 0..%d: change it, so "+
			"that hosts have room", reserve, most))
		reserve = 0
	}
	existing := map[string]map[int][]string{}
	for name, hosts := range previous {
		pool, number := name, 1
		_, found := known[name]
		if !found {
			pool, number, found = laterMember(known, name)
			found = found && !known[pool].Single // which has no later one, though another may have had such a name
		}
		if found {
			if existing[pool] == nil {
				existing[pool] = map[int][]string{}
			}
			existing[pool][number] = hosts
		}
	}
	plan := Plan{Quotas: quotas, placed: map[place]string{}}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		f := filler{pool: known[name], room: quotas.room(), reserve: Demand{Rules: reserve, TargetGroups: reserve}}
		plan.LoadBalancers = append(plan.LoadBalancers, f.fill(existing[name], byPool[name])...)
	}
	for _, lb := range plan.LoadBalancers {
		slices.SortFunc(lb.Hosts, func(a, b Host) int { return cmp.Compare(a.Name, b.Name) })
		for _, host := range lb.Hosts {
			plan.placed[place{lb.Pool.Name, host.Name}] = lb.Name
		}
	}
	return plan, errors.Join(append(faults, plan.overflows()...)...)
}
