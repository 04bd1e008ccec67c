package capacity

import (
	"fmt"

	"github.com/modelway/modelway/internal/alb"
)

// Quotas are the limits of AWS for one account and region
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html). Each is at least 1. Use
// DefaultQuotas and raise the adjustable ones that the account has been granted.
type Quotas struct {
	// RulesPerLoadBalancer are the rules on all listeners of an ALB together, default rules not counted. Default 100, adjustable.
	RulesPerLoadBalancer int
	// TargetGroupsPerLoadBalancer is not adjustable, so it is not a setting. Default 100.
	TargetGroupsPerLoadBalancer int
	// TargetsPerLoadBalancer are the targets of all target groups of an ALB together. Default 1000, adjustable.
	TargetsPerLoadBalancer int
	// CertificatesPerLoadBalancer are the certificates of an ALB besides the default one. Default 25, adjustable.
	CertificatesPerLoadBalancer int
	// TargetsPerTargetGroup are the IP addresses or instances of a target group. Default 1000, adjustable.
	TargetsPerTargetGroup int
	// LoadBalancersPerRegion are the ALBs of the account in the region. Default 50, adjustable.
	LoadBalancersPerRegion int
	// TargetGroupsPerRegion are the target groups of the account in the region, those of Network Load Balancers among them.
	// Default 3000, adjustable.
	TargetGroupsPerRegion int
}

// DefaultQuotas gives the limits of an account that has been granted nothing.
func DefaultQuotas() Quotas {
	of := alb.DefaultQuotas()
	return Quotas{
		RulesPerLoadBalancer:        of.Rules,
		TargetGroupsPerLoadBalancer: of.TargetGroups,
		TargetsPerLoadBalancer:      1000,
		CertificatesPerLoadBalancer: of.Certificates,
		TargetsPerTargetGroup:       1000,
		LoadBalancersPerRegion:      50,
		TargetGroupsPerRegion:       3000,
	}
}

// room is what an ALB offers to its hosts.
func (q Quotas) room() Demand {
	return Demand{Rules: q.RulesPerLoadBalancer, TargetGroups: q.TargetGroupsPerLoadBalancer, Targets: q.TargetsPerLoadBalancer}
}

// usage is a count and the quota it counts against.
type usage struct {
	count, quota int
	noun         string
	key          string // below modelway:quotas; "" when AWS does not raise the quota
}

// ofLoadBalancer sets the demand of an ALB's hosts against the quotas of an ALB.
func (q Quotas) ofLoadBalancer(d Demand) []usage {
	return []usage{
		{d.Rules, q.RulesPerLoadBalancer, "rules", "rules"},
		{d.TargetGroups, q.TargetGroupsPerLoadBalancer, "target groups", ""},
		{d.Targets, q.TargetsPerLoadBalancer, "targets", "targets"},
	}
}

func (u usage) exceeded() bool { return u.count > u.quota }

// tight is true from 90% of the quota on.
func (u usage) tight() bool { return u.count*10 >= u.quota*9 }

// cell is the form for tables.
func (u usage) cell() string { return fmt.Sprintf("%d/%d", u.count, u.quota) }

func (u usage) String() string {
	if u.key == "" {
		return fmt.Sprintf("%d %s (quota %d, not adjustable)", u.count, u.noun, u.quota)
	}
	return fmt.Sprintf("%d %s (quota %d)", u.count, u.noun, u.quota)
}
