package aws

import (
	"slices"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/capacity"
)

// Load counts what Elastic Load Balancing has quotas for: what a load balancer consists of, and what its region has.
type Load struct {
	// LoadBalancers and TargetGroups are those of the account in the region.
	LoadBalancers, TargetGroups int
	// Listeners, Rules, Certificates and Groups are those of one load balancer: rules beside the default ones, certificates beside the
	// default of each listener, and Groups its target groups.
	Listeners, Rules, Certificates, Groups int
	// Targets are the targets of each of its target groups.
	Targets []int
}

// elbQuota is a quota of Elastic Load Balancing.
type elbQuota struct {
	name  string
	limit int
	code  string
	noun  string
	count func(Load) int
}

// elbQuotas are those of a new account, with the errors of CreateListener, CreateRule, CreateTargetGroup and RegisterTargets
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html#API_CreateRule_Errors). Their figures are those
// that the program plans with.
func elbQuotas() []elbQuota {
	of, region := alb.DefaultQuotas(), capacity.DefaultQuotas()
	return []elbQuota{
		{"loadBalancers", region.LoadBalancersPerRegion, "TooManyLoadBalancers", "load balancers", func(l Load) int { return l.LoadBalancers }},
		{"targetGroups", region.TargetGroupsPerRegion, "TooManyTargetGroups", "target groups", func(l Load) int { return l.TargetGroups }},
		{"listenersPerLoadBalancer", of.Listeners, "TooManyListeners", "listeners per load balancer", func(l Load) int { return l.Listeners }},
		{"certificatesPerLoadBalancer", of.Certificates, "TooManyCertificates", "certificates per load balancer",
			func(l Load) int { return l.Certificates }},
		{"rulesPerLoadBalancer", of.Rules, "TooManyRules", "rules per load balancer", func(l Load) int { return l.Rules }},
		{"targetGroupsPerLoadBalancer", of.TargetGroups, "TooManyUniqueTargetGroupsPerLoadBalancer", "unique target groups per load balancer",
			func(l Load) int { return l.Groups }},
		{"targetsPerTargetGroup", region.TargetsPerTargetGroup, "TooManyTargets", "targets per target group",
			func(l Load) int { return slices.Max(append(l.Targets, 0)) }},
		{"targetsPerLoadBalancer", region.TargetsPerLoadBalancer, "TooManyTargets", "targets per load balancer", func(l Load) int {
			sum := 0
			for _, n := range l.Targets {
				sum += n
			}
			return sum
		}},
	}
}

func loadBalancerQuotas() map[string]int {
	limits := map[string]int{}
	for _, q := range elbQuotas() {
		limits[q.name] = q.limit
	}
	return limits
}

// Check refuses what is more than a quota, as the calls that would make it are refused.
func (l Load) Check() error {
	limits, err := Quotas()
	if err != nil {
		return err
	}
	for _, q := range elbQuotas() {
		if n := q.count(l); n > limits[q.name] {
			return refuse(q.code, "The maximum number of %s has been reached: the quota %s is %d, and there would be %d (%s raises it here)",
				q.noun, q.name, limits[q.name], n, EnvQuotas)
		}
	}
	return nil
}
