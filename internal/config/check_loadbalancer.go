package config

import (
	"fmt"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// maxBalancerName is the longest name of a load balancer in AWS.
const maxBalancerName = 32

var balancersPath = path{"loadBalancers"}

// checkSomeLoadBalancer wants a way in.
func checkSomeLoadBalancer(c Config) []Fault {
	if len(c.LoadBalancers) > 0 {
		return nil
	}
	return []Fault{newFault(balancersPath, absent{}, Fault{
		Problem: "no load balancer: no request could reach a model",
		Allowed: "at least one, by name",
		Fix:     setFix(c.Environment, balancersPath.At("public", "domain"), "company.com"),
	})}
}

// checkLoadBalancerNames wants names that can be parts of other names.
func checkLoadBalancerNames(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		if aws.DnsLabel.MatchString(name) && len(name) <= maxBalancerName {
			continue
		}
		proposed := rule.Slug(name)
		faults = append(faults, newFault(balancersPath.At(name), absent{}, Fault{
			Problem: "not a valid name",
			Allowed: fmt.Sprintf("lower case letters, digits and hyphens, starting and ending with a letter or digit, at most %d characters",
				maxBalancerName),
			Fix: editFix(c.Environment, fmt.Sprintf("rename it to %s", proposed[:min(len(proposed), maxBalancerName)])),
		}))
	}
	return faults
}

// checkLoadBalancers reports what breaks a rule of the spec of a load balancer.
func checkLoadBalancers(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		faults = append(faults, c.of(balancersPath.At(name), c.LoadBalancers[name].Check(c.Region))...)
	}
	return faults
}

// checkSharedHosts refuses two load balancers whose shared host is one name in one zone: a name has one record there.
func checkSharedHosts(c Config) []Fault {
	var faults []Fault
	first := map[[2]string]string{}
	for _, name := range sortedKeys(c.LoadBalancers) {
		balancer, at := c.LoadBalancers[name], balancersPath.At(name, "domain")
		key := [2]string{balancer.HostedZoneId, balancer.Domain}
		earlier, taken := first[key]
		if balancer.HostedZoneId == "" || !taken {
			first[key] = name
			continue
		}
		faults = append(faults, newFault(at, balancer.Domain, Fault{
			Problem: fmt.Sprintf("the domain of %s in the same hosted zone, where api.%s has one record", balancersPath.At(earlier).Key(),
				balancer.Domain),
			Allowed: "each domain once per hosted zone",
			Fix:     setFix(c.Environment, at, name+"."+balancer.Domain),
		}).AlsoReads(balancersPath.At(name, "hostedZoneId"), balancersPath.At(earlier, "domain"), balancersPath.At(earlier, "hostedZoneId")))
	}
	return faults
}
