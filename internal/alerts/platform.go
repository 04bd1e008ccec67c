package alerts

import (
	"fmt"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
)

// Series of what the planner has counted.
const (
	// Used is how much of a limit the environment takes at its largest, with the labels kind, resource and of.
	Used = "platform:headroom:used"
	// Limit is that limit, with the same labels.
	Limit = "platform:headroom:limit"
)

// Kinds of limits.
const (
	LoadBalancers = "load-balancers"
	Addresses     = "addresses"
)

// Headroom is what the environment takes of a limit: rules of a load balancer, addresses of a kind of subnets. Money is not among it:
// the bill is made of the resources that these numbers are one of, and AWS Budgets tells of what is spent.
type Headroom struct {
	// Kind is one of the constants, Resource what is counted, and Of where, such as the name of a load balancer.
	Kind, Resource, Of string
	Used, Limit        float64
}

// Room are constants that the planner's numbers become, so that alerts and dashboards read them. A limit of 0 is none.
func Room(all []Headroom) promrule.Group {
	group := promrule.Group{Name: "modelway-headroom", Interval: "1m"}
	for _, h := range all {
		if h.Limit == 0 {
			continue
		}
		labels := map[string]string{"kind": h.Kind, "resource": h.Resource, "of": h.Of}
		group.Rules = append(group.Rules,
			promrule.Rule{Record: Used, Expr: fmt.Sprintf("vector(%v)", h.Used), Labels: labels},
			promrule.Rule{Record: Limit, Expr: fmt.Sprintf("vector(%v)", h.Limit), Labels: labels})
	}
	return group
}

// Days before the end of a certificate: ACM renews 60 days before, and tells of what it could not renew from 45 days on
// (https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html); cert-manager renews after two thirds of the duration, which is
// 30 days before the end of 90 (https://cert-manager.io/docs/usage/certificate/).
const (
	acmDays         = 30
	certManagerDays = 14
)

// NearlyFull is the part of a limit from which on there should be more of it before the next model comes.
const NearlyFull = 0.9

func platform() []Alert {
	near := func(name, kind, summary, when string) Alert {
		return Alert{
			Name: name, Severity: monitoring.SeverityWarning, For: "5m",
			Expr:    fmt.Sprintf("%s{kind=%q} / %s > %v", Used, kind, Limit, NearlyFull),
			Summary: summary, When: when,
		}
	}
	return []Alert{
		{
			Name: "CertificateNearEnd", Labels: map[string]string{"issuer": "acm"}, Severity: monitoring.SeverityWarning, For: "1h",
			Expr:    fmt.Sprintf("min by (%s) (%s) < %d", metrics.LabelCertificate, metrics.CertificateDays, acmDays),
			Summary: "certificate {{ $labels.dimension_CertificateArn }} ends in {{ $value }} days and has not been renewed",
			When:    fmt.Sprintf("a certificate of ACM ends in less than %d days", acmDays),
		},
		{
			Name: "CertificateNearEnd", Labels: map[string]string{"issuer": "cert-manager"}, Severity: monitoring.SeverityWarning, For: "1h",
			Expr:    fmt.Sprintf("min by (namespace, name) (%s) - time() < %d", metrics.CertificateEnd, certManagerDays*86400),
			Summary: "certificate {{ $labels.namespace }}/{{ $labels.name }} ends in {{ $value | humanizeDuration }} and has not been renewed",
			When:    fmt.Sprintf("a certificate of cert-manager ends in less than %d days", certManagerDays),
		},
		near("LoadBalancerQuotaNear", LoadBalancers,
			"{{ $labels.resource }} of {{ $labels.of }}: {{ $value | humanizePercentage }} of the quota are taken",
			"the planner's rules, target groups, targets or load balancers are above nine tenths of AWS's quota"),
		near("AddressesNearEnd", Addresses,
			"{{ $labels.resource }} addresses of {{ $labels.of }}: {{ $value | humanizePercentage }} would be taken if all models grew "+
				"to their maximum",
			"models at their largest would take more than nine tenths of the addresses of a kind of subnets"),
	}
}
