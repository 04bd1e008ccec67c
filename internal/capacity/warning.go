package capacity

import (
	"cmp"
	"fmt"
	"slices"
)

// Warnings tells where the next change may exceed a quota: ALBs at 90% of one or more that have a host with several models or
// belong to a Single pool, and the region at 90%. Other ALBs are left out, as more models mean more hosts, which find room
// elsewhere. Quotas already exceeded are in the error of New instead.
func (p Plan) Warnings() []string {
	var warnings []string
	for _, lb := range p.LoadBalancers {
		for _, u := range p.Quotas.ofLoadBalancer(lb.Used) {
			if !u.tight() || u.exceeded() {
				continue
			}
			fullest := slices.MaxFunc(lb.Hosts, func(a, b Host) int { return cmp.Compare(len(a.Models), len(b.Models)) })
			switch {
			case len(fullest.Models) > 1:
				warnings = append(warnings, fmt.Sprintf(
					"load balancer %q has %s, and host %s with its %d models cannot leave it: give new models other hosts",
					lb.Name, u, fullest.Name, len(fullest.Models)))
			case lb.Pool.Single:
				warnings = append(warnings, fmt.Sprintf("load balancer %q has %s, and does not grow into a second one", lb.Name, u))
			}
		}
	}
	for _, u := range p.region() {
		if u.tight() && !u.exceeded() {
			warnings = append(warnings, fmt.Sprintf("the plan has %s, and others in the account, which are not known here, count too: %s", u,
				raise(u)))
		}
	}
	return warnings
}
