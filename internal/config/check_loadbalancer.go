package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
	"github.com/modelway/modelway/internal/serving"
)

// maxBalancerName is the longest name of a load balancer in AWS.
const maxBalancerName = 32

var balancersPath = path{"loadBalancers"}

// checkSomeLoadBalancer wants a way in.
func checkSomeLoadBalancer(c Config) []Fault {
	if len(c.Serving(serving.ServesModels)) > 0 {
		return nil
	}
	problem := "no load balancer"
	if len(c.LoadBalancers) > 0 {
		problem += " that serves models"
	}
	return []Fault{newFault(balancersPath, absent{}, Fault{
		Problem: problem + ": no request could reach a model",
		Allowed: "at least one, by name",
		Fix:     setFix(c.Environment, balancersPath.At("public", "domain"), "company.com"),
	})}
}

// checkTools reports a second load balancer for tools, and one that lets everybody to a tool in production.
func checkTools(c Config) []Fault {
	var faults []Fault
	names := c.Serving(serving.ServesTools)
	for _, name := range names[min(1, len(names)):] {
		faults = append(faults, newFault(balancersPath.At(name, "serves"), serving.ServesTools, Fault{
			Problem: "serves tools, as " + balancersPath.At(names[0]).Key() + " does",
			Allowed: "one load balancer of tools", Fix: removeFix(c.Environment, balancersPath.At(name)),
		}).AlsoReads(balancersPath.At(names[0], "serves")))
	}
	if len(names) == 0 || !c.Policies.Production || c.LoadBalancers[names[0]].Login.Given() {
		return faults
	}
	var open []string
	for _, tool := range addons.Tools(c.Facts()) {
		if !tool.OwnLogin {
			open = append(open, tool.Host)
		}
	}
	if len(open) > 0 {
		faults = append(faults, newFault(balancersPath.At(names[0], "login"), absent{}, Fault{
			Problem: "nobody has to log in to " + strings.Join(open, ", "),
			Allowed: "a login in production, by cognito or oidc",
			Fix: either(editFix(c.Environment, "name a user pool or a provider under "+balancersPath.At(names[0], "login").Key()),
				removeFix(c.Environment, balancersPath.At(names[0]))),
		}).AlsoReads(path{"policies", "production"}))
	}
	return faults
}

// Serving lists the load balancers that serve models, or tools, by name.
func (c Config) Serving(purpose string) []string {
	return slices.DeleteFunc(sortedKeys(c.LoadBalancers), func(name string) bool { return c.LoadBalancers[name].Serves != purpose })
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
		if balancer.Serves == serving.ServesTools {
			continue // which has no shared host
		}
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
