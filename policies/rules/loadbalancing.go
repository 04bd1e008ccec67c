package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

const annotation = "alb.ingress.kubernetes.io/"

// platforms begin the annotations that change the load balancer or its listeners and not only a rule
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/). listen-ports is not among them: an
// Ingress has rules on the ports that it names only.
var platforms = []string{
	"certificate-arn", "create-acm-cert", "customer-owned-ipv4-pool", "enable-frontend-nlb", "frontend-nlb-", "group.name", "inbound-cidrs",
	"ip-address-type",
	"ipam-ipv4-pool-id", "listener-attributes.", "load-balancer-attributes", "load-balancer-name", "manage-backend-security-group-rules",
	"minimum-load-balancer-capacity", "mutual-authentication", "scheme", "security-group-prefix-lists", "security-groups",
	"shield-advanced-protection",
	"ssl-policy", "ssl-redirect", "subnets", "tags", "waf-acl-id", "wafv2-acl-", "web-acl-id",
}

// modern are TLS policies without TLS 1.0 and 1.1
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
var modern = regexp.MustCompile(`^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-`)

var loadBalancingRules = []Rule{
	{
		ID: "load-balancer-http", Topic: Security, Level: config.PolicyMandatory, Relaxed: true,
		Title:  "Load balancers send plain HTTP to HTTPS",
		Why:    "Tokens, inputs and predictions can be read, and changed, on the way.",
		Fix:    "give the load balancer a certificate: modelway:loadBalancers.<name>.requestCertificate or certificateArns",
		Source: "https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_protect_data_transit_encrypt.html",
		Types:  []string{classParamsType},
		Each:   whereListening("HTTP", property("the port of an HTTPS listener", given, "spec", "sslRedirectPort")),
	},
	{
		ID: "load-balancer-tls", Topic: Security, Level: config.PolicyMandatory,
		Title:  "Load balancers speak TLS 1.2 or newer",
		Why:    "TLS 1.0 and 1.1 are deprecated (RFC 8996); without a policy the controller's listeners still speak them.",
		Fix:    "set modelway:loadBalancers.<name>.sslPolicy to one of docs/settings.md",
		Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
		Types:  []string{classParamsType},
		Each: whereListening("HTTPS", property("a policy of TLS 1.2 or 1.3", func(v resource.Value) bool {
			return modern.MatchString(v.Text())
		}, "spec", "sslPolicy")),
	},
	{
		ID: "ingress-annotation", Topic: LoadBalancing, Level: config.PolicyMandatory,
		Title:  "The platform alone configures load balancers",
		Why:    "An Ingress of a model would change, or break, the load balancer for all models on it.",
		Fix:    "remove the annotation; set what it says in modelway:loadBalancers",
		Source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
		Types:  []string{ingressType},
		Each: func(c *Case, r resource.Resource) {
			at := path{"metadata", "annotations"}
			if r.ComponentType() == "modelway:ingress:LoadBalancer" {
				return
			}
			for _, key := range slices.Sorted(maps.Keys(c.look(r, at).Map())) {
				name, ours := strings.CutPrefix(key, annotation)
				if ours && slices.ContainsFunc(platforms, func(start string) bool { return strings.HasPrefix(name, start) }) {
					c.breaks(r, at.At(key), r.At(at.At(key)...), "annotations about rules and target groups")
				}
			}
		},
	},
	{
		ID: "ingress-class", Topic: LoadBalancing, Level: config.PolicyMandatory,
		Title:  "Ingresses name their class",
		Why:    "The class decides which load balancer serves it; without one, that of the default class does, or none.",
		Fix:    "set spec.ingressClassName",
		Source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/",
		Types:  []string{ingressType},
		Each:   property("the name of an IngressClass", given, "spec", "ingressClassName"),
	},
	{
		ID: "ingress-twice", Topic: LoadBalancing, Level: config.PolicyMandatory,
		Title:  "Each host and path belongs to one Ingress",
		Why:    "The rule that comes first takes all requests; the other one never gets any.",
		Fix:    "give one of the two another path or host",
		Source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
		Whole: func(c *Case, s Stack) {
			first := map[string]string{}
			for _, r := range s.OfType(ingressType) {
				if conditional(r) {
					continue
				}
				for _, route := range routes(r) {
					if route.class.Unknown() || route.host.Unknown() || route.path.Unknown() {
						c.unknown(r, route.at)
						continue
					}
					key := strings.Join([]string{route.class.Text(), route.host.Text(), route.path.Text()}, "\n")
					if other, taken := first[key]; taken && other != r.URN {
						c.breaks(r, route.at, route.host.Text()+route.path.Text(), "a host and path that "+resource.NameOf(other)+" does not have")
					} else {
						first[key] = r.URN
					}
				}
			}
		},
	},
	{
		ID: "load-balancer-rules", Topic: LoadBalancing, Level: config.PolicyAdvisory,
		Title:  "A load balancer has no more rules than AWS allows by default",
		Why:    "The controller stops at the quota, and the models that come last get no rule.",
		Fix:    "put models on another load balancer; where the account was granted more rules, disable this",
		Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
		Whole:  perClass(alb.DefaultQuotas().Rules, "rules", func(r route) string { return r.host.Text() + "\n" + r.path.Text() }),
	},
	{
		ID: "load-balancer-target-groups", Topic: LoadBalancing, Level: config.PolicyMandatory,
		Title:  "A load balancer has no more target groups than AWS allows",
		Why:    "AWS raises this quota for nobody, and the controller stops at it.",
		Fix:    "put models on another load balancer",
		Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
		Whole:  perClass(alb.DefaultQuotas().TargetGroups, "target groups", func(r route) string { return r.service }),
	},
	{
		ID: "service-type", Topic: LoadBalancing, Level: config.PolicyMandatory,
		Title: "Services stay inside the cluster",
		Why: "NodePort opens a port on every node, and LoadBalancer makes and bills another load balancer, both past the rules, tokens and " +
			"logs of the shared one.",
		Fix:    "leave the type ClusterIP, and add an Ingress",
		Source: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
		Types:  []string{"kubernetes:core/v1:Service"},
		Each: property(`"ClusterIP"`, func(v resource.Value) bool { return !slices.Contains([]string{"NodePort", "LoadBalancer"}, v.Text()) },
			"spec", "type"),
	},
}

// whereListening judges load balancers that listen by a protocol.
func whereListening(protocol string, judge func(*Case, resource.Resource)) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) {
		switch hasListener(r, protocol) {
		case maybe:
			c.unknown(r, path{"spec", "listeners"})
		case yes:
			judge(c, r)
		}
	}
}

// hasListener says whether a load balancer listens by a protocol. Where no listeners are told, it listens as the controller does by default
// (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#listen-ports).
func hasListener(params resource.Resource, protocol string) truth {
	listeners := params.At("spec", "listeners")
	if !listeners.Given() {
		return whether((protocol == "HTTPS") == params.At("spec", "certificateArn").Given())
	}
	answer := perhaps(listeners.Unknown())
	for _, listener := range listeners.List() {
		answer = any3(answer, equal(listener.At("protocol"), resource.Of(protocol)))
	}
	return answer
}

// conditional says whether an Ingress has rules that look at more than host and path.
func conditional(r resource.Resource) bool {
	for key := range r.At("metadata", "annotations").Map() {
		if strings.HasPrefix(key, annotation+"conditions.") {
			return true
		}
	}
	return false
}

// route is a host and a path of an Ingress.
type route struct {
	at                path
	class, host, path resource.Value
	service           string
}

func routes(r resource.Resource) (all []route) {
	rules := path{"spec", "rules"}
	class := r.At("spec", "ingressClassName")
	if v := r.At(rules...); v.Unknown() {
		return []route{{at: rules, class: class, host: v, path: v}}
	}
	for i, rule := range r.At(rules...).List() {
		at := rules.At(i, "http", "paths")
		if v := r.At(at...); v.Unknown() {
			all = append(all, route{at: at, class: class, host: rule.At("host"), path: v})
		}
		for k, p := range r.At(at...).List() {
			service := r.At("metadata", "namespace").Text() + "/" + p.At("backend", "service", "name").Text()
			all = append(all, route{at: at.At(k, "path"), class: class, host: rule.At("host"), path: p.At("path"), service: service})
		}
	}
	return all
}

// perClass counts what the routes of each class have, each once, against the most there may be.
func perClass(most int, noun string, key func(route) string) func(*Case, Stack) {
	return func(c *Case, s Stack) { c.perClass(s, most, noun, key) }
}

func (c *Case) perClass(s Stack, most int, noun string, key func(route) string) {
	counted := map[string]map[string]bool{}
	last := map[string]resource.Resource{}
	for _, r := range s.OfType(ingressType) {
		for _, route := range routes(r) {
			if route.class.Unknown() || route.path.Unknown() {
				c.unknown(r, route.at)
				break
			}
			class := route.class.Text()
			if counted[class] == nil {
				counted[class] = map[string]bool{}
			}
			counted[class][key(route)] = true
			last[class] = r
		}
	}
	for _, class := range slices.Sorted(maps.Keys(counted)) {
		if count := len(counted[class]); count > most {
			c.breaks(last[class], path{"spec", "ingressClassName"}, fmt.Sprintf("%s, which has %d", class, count), fmt.Sprintf("at most %d %s", most,
				noun))
		}
	}
}
