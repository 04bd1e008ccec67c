package capacity

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/sheet"
)

// overflows are the faults of a plan that exceeds a quota.
func (p Plan) overflows() []error {
	var faults []error
	for _, lb := range p.LoadBalancers {
		if over := exceeded(p.Quotas.ofLoadBalancer(lb.Used)); len(over) > 0 {
			faults = append(faults, p.overflow(lb, over))
		}
		for _, host := range lb.Hosts {
			targets := usage{host.Demand.LargestTargetGroup, p.Quotas.TargetsPerTargetGroup, "targets in one target group", "targetsPerTargetGroup"}
			if targets.exceeded() {
				faults = append(faults, fmt.Errorf("host %q has %s: run fewer pods of a model, or %s", host.Name, targets, raise(targets)))
			}
		}
		certificates := usage{lb.Pool.Certificates, p.Quotas.CertificatesPerLoadBalancer, "certificates besides the default", "certificates"}
		if lb.Number == 1 && certificates.exceeded() {
			faults = append(faults, fmt.Errorf("each load balancer of %q would carry %s: use wildcard certificates, or %s",
				lb.Pool.Name, certificates, raise(certificates)))
		}
	}
	for _, u := range exceeded(p.region()) {
		faults = append(faults, fmt.Errorf("the plan has %s, and others in the account, which are not known here, count too: "+
			"let models share hosts and load balancers, remove canaries, or %s", u, raise(u)))
	}
	return faults
}

// region sets all ALBs together against the quotas of the region.
func (p Plan) region() []usage {
	var used Demand
	for _, lb := range p.LoadBalancers {
		used = used.Add(lb.Used)
	}
	return []usage{
		{len(p.LoadBalancers), p.Quotas.LoadBalancersPerRegion, "load balancers in the region", "loadBalancersPerRegion"},
		{used.TargetGroups, p.Quotas.TargetGroupsPerRegion, "target groups in the region", "targetGroupsPerRegion"},
	}
}

// overflow explains an ALB that exceeds quotas: what there is too much of, which hosts take most, and what can be done.
func (p Plan) overflow(lb LoadBalancer, over []usage) error {
	counts := make([]string, len(over))
	for i, u := range over {
		counts[i] = u.String()
	}
	hosts := slices.SortedFunc(slices.Values(lb.Hosts), largestFirst(p.Quotas.room()))
	lines := []string{
		fmt.Sprintf("load balancer %q would have %s", lb.Name, strings.Join(counts, ", ")),
	}
	for i, host := range hosts {
		if i == 3 {
			lines = append(lines, fmt.Sprintf("  and %s more", sheet.Count(len(hosts)-i, "host")))
			break
		}
		lines = append(lines, "  host "+host.String())
	}
	lines = append(lines, "A host is never moved or split, since its DNS name leads to one load balancer. Choose:")
	for _, choice := range p.choices(lb, over) {
		lines = append(lines, "  - "+choice)
	}
	return errors.New(strings.Join(lines, "\n"))
}

// choices are the ways to bring an ALB below the quotas that it exceeds.
func (p Plan) choices(lb LoadBalancer, over []usage) []string {
	var choices []string
	entrances := 0 // a model has a target group for each of its hosts, and one more for a canary
	for _, host := range lb.Hosts {
		entrances += len(host.Models)
	}
	if slices.ContainsFunc(lb.Hosts, func(h Host) bool { return len(h.Models) > 1 }) {
		choices = append(choices, "give some of its models hosts of their own (route.by: host)",
			"give some of its models another shared host (route: {by: path, subdomain: api-2})")
	} else if len(lb.Hosts) > 1 {
		choices = append(choices, "give a model another host, which is then placed again")
	}
	if lb.Used.TargetGroups > entrances {
		choices = append(choices, "remove a canary")
	}
	if lb.Used.Targets > p.Quotas.TargetsPerLoadBalancer {
		choices = append(choices, "run fewer pods")
	}
	if way := raise(over...); way != "" {
		choices = append(choices, way)
	}
	return append(choices, "put models behind a gateway in the cluster, which takes one target group")
}

func exceeded(usages []usage) []usage {
	return slices.DeleteFunc(usages, func(u usage) bool { return !u.exceeded() })
}

// raise tells how to raise quotas; "" when one of them is not adjustable, so that raising the others would not help.
func raise(over ...usage) string {
	settings := make([]string, len(over))
	for i, u := range over {
		if u.key == "" {
			return ""
		}
		settings[i] = "modelway:quotas." + u.key
	}
	return "have AWS raise the quota and set " + strings.Join(settings, " and ")
}
