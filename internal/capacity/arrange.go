package capacity

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// arrange gives the pools by name and the hosts by pool, without those that cannot be planned, and a fault for each of them.
func arrange(pools []Pool, hosts []Host) (map[string]Pool, map[string][]Host, []error) {
	var faults []error
	known := map[string]Pool{}
	for _, pool := range pools {
		if _, twice := known[pool.Name]; twice {
			faults = append(faults, fmt.Errorf("load balancer %q is given twice: rename one", pool.Name))
		}
		known[pool.Name] = pool
	}
	names := slices.Sorted(maps.Keys(known))
	for _, name := range names {
		if pool, number, found := laterMember(known, name); found && !known[pool].Single {
			faults = append(faults, fmt.Errorf("load balancer %q has the name that %q gives to its number %d as it grows: rename one", name, pool,
				number))
		}
	}
	byPool := map[string][]Host{}
	seen := map[place]bool{}
	for _, host := range slices.SortedFunc(slices.Values(hosts), func(a, b Host) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Pool, b.Pool))
	}) {
		at := place{host.Pool, host.Name}
		switch _, found := known[host.Pool]; {
		case !found:
			faults = append(faults, fmt.Errorf("host %q is for load balancer %q, which does not exist: use one of %s", host.Name, host.Pool,
				strings.Join(names, ", ")))
		case seen[at]:
			faults = append(faults, fmt.Errorf("host %q of load balancer %q is given twice: give it once, with the demand of all its models",
				host.Name, host.Pool))
		default:
			seen[at] = true
			byPool[host.Pool] = append(byPool[host.Pool], host)
		}
	}
	return known, byPool, faults
}
