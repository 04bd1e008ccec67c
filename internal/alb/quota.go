package alb

// Quotas are the limits of AWS on one Application Load Balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html). Use DefaultQuotas and
// raise the adjustable ones that your account has been granted.
type Quotas struct {
	// Rules on all listeners together, default actions not counted; default 100, adjustable. LBC makes one rule per path
	// and listener, so a model with two paths on two listeners takes four unless HTTP redirects to HTTPS.
	Rules int
	// TargetGroups of the load balancer; default 100, not adjustable.
	TargetGroups int
	// Certificates of the load balancer besides the default of each listener; default 25, adjustable.
	Certificates int
	// Listeners of the load balancer; default 50, adjustable.
	Listeners int
	// TargetGroupsPerAction of a weighted forward; default 5, not adjustable.
	TargetGroupsPerAction int
	// ConditionValues of one rule, over all its conditions; default 5, not adjustable. A Prefix path takes two.
	ConditionValues int
	// ConditionWildcards ("*" and "?") of one rule; default 5, not adjustable. One translation of the AWS page says 6.
	ConditionWildcards int
}

// DefaultQuotas gives the limits of an account that has been granted nothing.
func DefaultQuotas() Quotas {
	return Quotas{
		Rules:                 100,
		TargetGroups:          100,
		Certificates:          25,
		Listeners:             50,
		TargetGroupsPerAction: 5,
		ConditionValues:       5,
		ConditionWildcards:    5,
	}
}

// checkRuleQuotas refuses a rule with too many values or wildcards; false when it does.
func (b *builder) checkRuleQuotas(m member, source Source, conditions []Condition) bool {
	values, wildcards := 0, 0
	for _, c := range conditions {
		values += c.Evaluations()
		wildcards += c.Wildcards()
	}
	if values > b.quotas.ConditionValues {
		b.refuse(m.key, QuotaExceeded, "%s has %d condition values and a rule may have %d; split it into several paths (a Prefix path takes two)",
			source, values, b.quotas.ConditionValues)
	}
	if wildcards > b.quotas.ConditionWildcards {
		b.refuse(m.key, QuotaExceeded, "%s has %d wildcards and a rule may have %d; use fewer or a regex path", source, wildcards,
			b.quotas.ConditionWildcards)
	}
	return values <= b.quotas.ConditionValues && wildcards <= b.quotas.ConditionWildcards
}

// checkQuotas refuses a load balancer that is too large.
func (b *builder) checkQuotas(lb LoadBalancer) {
	for _, check := range []struct {
		what         string
		count, quota int
		fix          string
	}{
		{"rules", lb.RuleCount(), b.quotas.Rules, "move Ingresses to another load balancer, or have the quota raised"},
		{"target groups", len(lb.TargetGroups), b.quotas.TargetGroups, "move Ingresses to another load balancer; this quota cannot be raised"},
		{"certificates besides the default", lb.ExtraCertificates(), b.quotas.Certificates,
			"use wildcard certificates, or have the quota raised"},
		{"listeners", len(lb.Listeners), b.quotas.Listeners, "use fewer ports, or have the quota raised"},
	} {
		if check.count > check.quota {
			b.refuse("", QuotaExceeded, "load balancer group %q has %d %s and may have %d; %s", lb.Group, check.count, check.what, check.quota,
				check.fix)
		}
	}
}
