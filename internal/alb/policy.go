package alb

import (
	"slices"
	"strings"
)

// AnnotationPolicy says whether Ingresses of models may have an annotation of the controller.
type AnnotationPolicy struct {
	// Name follows the prefix alb.ingress.kubernetes.io/. One that ends with a dot stands for all names that begin with it.
	Name string
	// Why it is not allowed: what it does to the load balancer, to other models or to what the platform decides. Empty where it is
	// allowed.
	Why string
}

// Allowed says whether the annotation is allowed.
func (p AnnotationPolicy) Allowed() bool { return p.Why == "" }

// Reasons of AnnotationPolicies.
const (
	ofTheLoadBalancer = "it is a setting of the load balancer, which all models share"
	ofTheListener     = "it is a setting of a listener, which all models share"
	ofTheGroup        = "it chooses the load balancer, or the order of rules in it"
	ofTheFirewall     = "it attaches, replaces or removes the firewall of all models"
	ofTheNetwork      = "it changes who reaches the load balancer, or what the load balancer reaches"
	ofTheTargets      = "the platform decides how pods are reached"
	ofTheRequest      = "it changes requests on their way, or whether they need a login"
	stopsTheGroup     = "it keeps the controller from applying the load balancer"
)

// AnnotationPolicies are all annotations of LBC 3.5 (pkg/annotations/constants.go). Those that are allowed are those of the Ingresses
// that package model makes: they concern the rules and target groups of one Ingress only. What is not listed is not allowed.
func AnnotationPolicies() []AnnotationPolicy {
	return slices.Concat(policies("",
		"actions.", "conditions.", "healthcheck-interval-seconds", "healthcheck-path", "healthcheck-timeout-seconds", "healthy-threshold-count",
		"jwt-validation", "listen-ports", "success-codes", "target-group-attributes", "unhealthy-threshold-count",
	), policies(ofTheGroup, "group.name", "group.order"), policies(ofTheFirewall,
		"wafv2-acl-arn", "wafv2-acl-name", "waf-acl-id", "web-acl-id", "shield-advanced-protection",
	), policies(ofTheNetwork,
		"inbound-cidrs", "manage-backend-security-group-rules", "scheme", "security-group-prefix-lists", "security-groups", "subnets",
	), policies(ofTheLoadBalancer,
		"customer-owned-ipv4-pool", "enable-frontend-nlb", "frontend-nlb-", "ip-address-type", "ipam-ipv4-pool-id", "load-balancer-attributes",
		"load-balancer-name",
		"minimum-load-balancer-capacity", "tags",
	), policies(ofTheListener,
		"acm-pca-arn", "certificate-arn", "create-acm-cert", "listener-attributes.", "mutual-authentication", "ssl-policy", "ssl-redirect",
	), policies(ofTheTargets,
		"backend-protocol", "backend-protocol-version", "healthcheck-port", "healthcheck-protocol", "multi-cluster-target-group",
		"target-control-port.",
		"target-node-labels", "target-type",
	), policies(ofTheRequest,
		"auth-idp-cognito", "auth-idp-oidc", "auth-on-unauthenticated-request", "auth-scope", "auth-session-cookie", "auth-session-timeout",
		"auth-type",
		"transforms.", "use-regex-path-match",
	), policies(stopsTheGroup, "dry-run-plan"))
}

func policies(why string, names ...string) []AnnotationPolicy {
	all := make([]AnnotationPolicy, 0, len(names))
	for _, name := range names {
		all = append(all, AnnotationPolicy{Name: name, Why: why})
	}
	return all
}

// AllowedOnModels says whether an Ingress of a model may have an annotation, given by its full name. Annotations of others are
// not judged.
func AllowedOnModels(name string) bool {
	suffix, ours := strings.CutPrefix(name, AnnotationPrefix)
	return !ours || slices.ContainsFunc(AnnotationPolicies(), func(p AnnotationPolicy) bool {
		return p.Allowed() && (p.Name == suffix || strings.HasSuffix(p.Name, ".") && strings.HasPrefix(suffix, p.Name))
	})
}
