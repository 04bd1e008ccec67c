package alb

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every annotation that Build reads or knows is judged, once.
func TestEveryAnnotationHasAPolicy(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range AnnotationPolicies() {
		require.False(t, seen[p.Name], "%s stands twice", p.Name)
		seen[p.Name] = true
	}
	judged := func(name string) bool {
		for policy := range seen {
			if policy == name || strings.HasSuffix(policy, ".") && strings.HasPrefix(name, policy) || strings.HasSuffix(policy, "-") &&
				strings.HasPrefix(name, policy) {
				return true
			}
		}
		return false
	}
	var all []string
	for _, name := range modelled {
		all = append(all, strings.TrimPrefix(name, AnnotationPrefix))
	}
	for _, name := range append(append(all, irrelevant...), unmodelled...) {
		if name == "auth-" { // a prefix of six that are judged one by one
			name = "auth-type"
		}
		require.True(t, judged(name), "%s is not judged", name)
	}
}

func TestAllowedOnModels(t *testing.T) {
	for _, p := range AnnotationPolicies() {
		name := AnnotationPrefix + p.Name
		if strings.HasSuffix(p.Name, ".") || strings.HasSuffix(p.Name, "-") {
			name += "x"
		}
		require.Equal(t, p.Why == "", AllowedOnModels(name), name)
	}
	require.False(t, AllowedOnModels(AnnotationPrefix+"invented"))
	require.False(t, AllowedOnModels(AnnotationPrefix+"listen-ports.x"))
	require.True(t, AllowedOnModels("modelway.dev/scheme"))
}

// What the annotations of one Ingress do to the load balancer of all, and that the class keeps the web ACL and the addresses.
func TestTheClassKeepsWhatAnnotationsCouldTake(t *testing.T) {
	const arn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/models/01234567-89ab-cdef-0123-456789abcdef"
	open := ClassParams{Name: "public", Group: "public", WebAclArn: arn}
	closed := open
	closed.WebAclName, closed.InboundCidrs = "models", []string{"0.0.0.0/0"}
	good := route("good", "", "/v1/models/good", Exact)
	evil := func(pairs ...string) []Ingress {
		return []Ingress{good, route("evil", "", "/v1/models/evil", Exact).annotated(pairs...)}
	}
	build := func(params ClassParams, pairs ...string) LoadBalancer {
		lb, err := Build(params, evil(pairs...))
		require.False(t, Refused(err), err)
		return lb
	}
	require.Empty(t, build(open, webAclName, "none").WebAclArn, "a name beats the class's ARN")
	require.Equal(t, arn, build(closed, webAclName, "none").WebAclArn)
	require.Equal(t, arn, build(closed, webAclArn, "none").WebAclArn)
	cidrs := func(params ClassParams) []string {
		return build(params, inboundCidrs, "192.0.2.0/24").Listeners[0].InboundCidrs
	}
	require.Equal(t, []string{"192.0.2.0/24"}, cidrs(open), "one Ingress shuts out everybody else")
	require.Equal(t, []string{"0.0.0.0/0"}, cidrs(closed))
}
