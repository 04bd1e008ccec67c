package review_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

const balancerURN = "urn:pulumi:s::p::modelway:ingress:LoadBalancer::public"

// ofBalancer is a step of a child of the load balancer, whose IngressClass has its name.
func ofBalancer(op events.Op, typ string, before, after map[string]any, diffs ...string) events.Step {
	urn := "urn:pulumi:s::p::modelway:ingress:LoadBalancer$" + typ + "::public-it"
	r := func(spec map[string]any) *resource.Resource {
		return &resource.Resource{URN: urn, Type: typ, Parent: balancerURN, Custom: true, Properties: map[string]any{"spec": spec}}
	}
	return events.Step{Op: op, URN: urn, Type: typ, Old: r(before), New: r(after), Keys: diffs, Diffs: diffs}
}

// TestAnAnchorThatIsReplaced requires the load balancer gone only where no Ingress holds it, or where it would be another one.
func TestAnAnchorThatIsReplaced(t *testing.T) {
	const params = "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams"
	class := map[string]any{"ingressClassName": "public"}
	anchor := ofBalancer(events.OpReplace, ingressType, class, class, `metadata.annotations["modelway.dev/scheme"]`)
	scheme := func(name string) map[string]any { return map[string]any{"scheme": name} }
	model := func(op events.Op, before, after string) events.Step {
		s := updateOf(ingressType, ingress(before, ""), ingress(after, ""))
		s.Op = op
		return s
	}
	removed := model(events.OpDelete, "public", "")
	removed.New = nil
	for name, c := range map[string]struct {
		with  []events.Step
		stays bool
	}{
		"no model":             {nil, false},
		"a model that stays":   {[]events.Step{model(events.OpSame, "public", "public")}, true},
		"a model that changes": {[]events.Step{model(events.OpUpdate, "public", "public")}, true},
		"a model that goes":    {[]events.Step{removed}, true},
		"a model replaced":     {[]events.Step{model(events.OpReplace, "public", "public")}, false},
		"a model elsewhere":    {[]events.Step{model(events.OpSame, "internal", "internal")}, false},
		"a model moves":        {[]events.Step{model(events.OpUpdate, "public", "internal")}, false},
		"another scheme": {[]events.Step{
			model(events.OpSame, "public", "public"),
			ofBalancer(events.OpUpdate, params, scheme("internet-facing"), scheme("internal"), "spec.scheme"),
		}, false},
		"another attribute": {[]events.Step{
			model(events.OpSame, "public", "public"), ofBalancer(events.OpUpdate, params, scheme("internal"), scheme("internal"), "spec.tags"),
		}, true},
	} {
		b := breakOf(t, of(append(c.with, anchor)...), "ALB anchor", "public-it")
		if c.stays {
			require.Contains(t, b.Consequence, "The load balancer and its DNS name stay: Ingresses of churn hold it", name)
			require.Empty(t, b.Models, name)
			continue
		}
		require.Contains(t, b.Consequence, "its DNS name changes", name)
	}
	other := ofBalancer(events.OpReplace, ingressType, class, map[string]any{"ingressClassName": "other"}, "spec.ingressClassName")
	require.Contains(t, of(other, model(events.OpSame, "public", "public")).Breaking[0].Consequence, "its DNS name changes", "another class")
}

// onPath is an Ingress of model churn with one path, and the paths of a condition.
func onPath(path, conditions string) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": "churn", "annotations": map[string]any{"alb.ingress.kubernetes.io/conditions.churn": conditions}},
		"spec": map[string]any{"ingressClassName": "public", "rules": []any{map[string]any{"host": "h", "http": map[string]any{"paths": []any{
			map[string]any{"path": path, "backend": map[string]any{"service": map[string]any{"name": "churn"}}},
		}}}}},
	}
}

// TestPathsOfConditions requires the paths that a condition adds counted: a rule that says the same by one path loses nothing.
func TestPathsOfConditions(t *testing.T) {
	const condition = `[{"field":"path-pattern","pathPatternConfig":{"values":["/v1/models/churn"]}}]`
	both := onPath("/v1/models/churn:predict", condition)
	require.Empty(t, of(updateOf(ingressType, onPath("/v1/models/churn", ""), both)).Breaking)
	require.Contains(t, of(updateOf(ingressType, both, onPath("/v1/models/churn:predict", "["))).Breaking[0].Consequence,
		"Requests to h/v1/models/churn get 404 from then on, or no answer where the host goes. It keeps its other addresses.")
	require.Equal(t, "Requests to other paths of h get 404 from then on, or no answer where the host goes. "+
		"It answers on h/v1/models/churn, h/v1/models/churn:predict.", of(updateOf(ingressType, onPath("/", ""), both)).Breaking[0].Consequence)
}
