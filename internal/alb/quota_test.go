package alb

import (
	"fmt"
	"testing"
)

func TestQuotasOfTheLoadBalancer(t *testing.T) {
	hosts := func(n int) []Ingress {
		var ingresses []Ingress
		for i := range n {
			ingresses = append(ingresses, route(fmt.Sprintf("m%d", i), fmt.Sprintf("m%d.io", i), "/", Prefix))
		}
		return ingresses
	}
	oneService := func(paths int) []Ingress {
		rule := Rule{Host: "x.io"}
		for i := range paths {
			rule.Paths = append(rule.Paths, Path{fmt.Sprintf("/%d", i), Exact, Backend{"s", "80"}})
		}
		return []Ingress{ingress("i", rule)}
	}
	certificates := tlsClass
	for i := range 27 {
		certificates.CertificateArns = append(certificates.CertificateArns[:i:i], fmt.Sprintf("arn:%d", i))
	}
	small := DefaultQuotas()
	small.Listeners, small.Rules, small.ConditionValues, small.ConditionWildcards = 1, 1, 2, 0
	check(t, map[string]faultCase{
		"at the limits":    {ingresses: hosts(100)},
		"at the wildcards": {ingresses: []Ingress{route("s", "", "/*/*/*/*/*", ImplementationSpecific)}},
		"rules": {ingresses: oneService(101),
			want: []string{`REFUSED quota-exceeded load balancer group "public" has 101 rules and may have 100; move Ingresses to another load balancer, or have the quota raised`}},
		"target groups": {ingresses: hosts(101), options: []Option{WithQuotas(Quotas{Rules: 200, TargetGroups: 100, Listeners: 50,
			ConditionValues: 5, ConditionWildcards: 5})},
			want: []string{`REFUSED quota-exceeded load balancer group "public" has 101 target groups and may have 100; move Ingresses to another load balancer; this quota cannot be raised`}},
		"certificates": {params: certificates, ingresses: []Ingress{ingress("anchor").annotated(listenPorts, tlsPorts[listenPorts])},
			want: []string{`REFUSED quota-exceeded load balancer group "public" has 26 certificates besides the default and may have 25; use wildcard certificates, or have the quota raised`}},
		"smaller account": {ingresses: []Ingress{route("s", "x.io", "/v1", Prefix).annotated(listenPorts, `[{"HTTP":80},{"HTTP":81}]`)},
			options: []Option{WithQuotas(small)},
			want: []string{
				`REFUSED quota-exceeded load balancer group "public" has 2 listeners and may have 1; use fewer ports, or have the quota raised`,
				`REFUSED quota-exceeded ingress models/s: Prefix path "/v1" on x.io has 1 wildcards and a rule may have 0; use fewer or a regex path`,
				`REFUSED quota-exceeded ingress models/s: Prefix path "/v1" on x.io has 3 condition values and a rule may have 2; split it into several paths (a Prefix path takes two)`}},
	})
}
