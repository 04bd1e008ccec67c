package review_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// edited is a preview of the local stack with changes made to its steps.
type edited struct {
	t *testing.T
	p events.Preview
}

func edit(t *testing.T) *edited { return &edited{t, stored(t, "unchanged.jsonl")} }

// step is the step of the resource with a name and the end of a type.
func (e *edited) step(typ, name string) *events.Step {
	i := slices.IndexFunc(e.p.Steps, func(s events.Step) bool {
		return strings.HasSuffix(s.Type, typ) && resource.NameOf(s.URN) == name
	})
	require.GreaterOrEqual(e.t, i, 0, "%s %s", typ, name)
	return &e.p.Steps[i]
}

// copied is a copy of a resource that can be changed.
func copied(t *testing.T, r *resource.Resource) *resource.Resource {
	c := *r
	text, err := json.Marshal(r.Properties)
	require.NoError(t, err)
	c.Properties = nil
	require.NoError(t, json.Unmarshal(text, &c.Properties))
	return &c
}

// set changes properties of a resource in place, by their paths with dots.
func (e *edited) set(typ, name string, values map[string]any) {
	s := e.step(typ, name)
	s.New = copied(e.t, s.New)
	s.Op = events.OpUpdate
	for path, value := range values {
		put(s.New.Properties, strings.Split(path, "."), value)
	}
	s.Diffs = slices.Sorted(maps.Keys(values))
}

func put(object map[string]any, path []string, value any) {
	if len(path) == 1 {
		object[path[0]] = value
		return
	}
	switch below := object[path[0]].(type) {
	case map[string]any:
		put(below, path[1:], value)
	case []any: // a list of one
		put(below[0].(map[string]any), path[1:], value)
	}
}

func (e *edited) remove(typ, name string) {
	s := e.step(typ, name)
	s.Op, s.New = events.OpDelete, nil
}

// add creates a copy of a resource under another name.
func (e *edited) add(typ, name, other string, values map[string]any) {
	s := *e.step(typ, name)
	s.URN = strings.TrimSuffix(s.URN, name) + other
	s.New, s.Old, s.Op = copied(e.t, s.New), nil, events.OpCreate
	s.New.URN, s.New.Name = s.URN, other
	for path, value := range values {
		put(s.New.Properties, strings.Split(path, "."), value)
	}
	e.p.Steps = append(e.p.Steps, s)
}

const newImage = "ghcr.io/modelway/model-server:0.2.0"

// kinds are ten kinds of change that pull requests make.
func kinds(t *testing.T) map[string]events.Preview {
	image := edit(t)
	image.set("Model", "fraud-detection", map[string]any{"image": newImage})
	image.set("Deployment", "fraud-detection-deployment", map[string]any{"spec.template.spec.containers.image": newImage})

	canary := edit(t)
	canary.set("Model", "churn", map[string]any{"canaryImage": newImage, "canaryWeight": 10.0})
	canary.add("Deployment", "churn-deployment", "churn-canary-deployment", map[string]any{"metadata.name": "churn-canary",
		"spec.template.spec.containers.image": newImage})
	canary.add("core/v1:Service", "churn-service", "churn-canary-service", map[string]any{"metadata.name": "churn-canary"})
	canary.set("Ingress", "churn-ingress", map[string]any{
		"spec.rules.http.paths.backend.service": map[string]any{"name": "churn-split", "port": map[string]any{"name": "use-annotation"}},
		"metadata.annotations": map[string]any{"alb.ingress.kubernetes.io/actions.churn-split": `{"type":"forward","forwardConfig":{` +
			`"targetGroups":[{"serviceName":"churn","servicePort":"80","weight":90},{"serviceName":"churn-canary","servicePort":"80","weight":10}]}}`},
	})

	moved := edit(t)
	moved.set("Ingress", "recommender-host-ingress", map[string]any{"spec.ingressClassName": "modelway-internal"})

	nat := edit(t)
	nat.set("Network", "modelway-network", map[string]any{"natGateways": "perZone"})
	nat.add("NatGateway", "modelway-network-nat-us-east-1a", "modelway-network-nat-us-east-1b", map[string]any{
		"subnetId": "subnet-cfdab6241d036272a"})
	nat.add("Eip", "modelway-network-nat-us-east-1a-address", "modelway-network-nat-us-east-1b-address", nil)
	nat.set("Route", "modelway-network-private-us-east-1b-route", map[string]any{"natGatewayId": resource.Unknown{}})

	upgrade := edit(t)
	upgrade.set("cluster:Cluster", "modelway-cluster", map[string]any{"kubernetesVersion": "1.36"})
	upgrade.set("eks/cluster:Cluster", "modelway-cluster-eksCluster", map[string]any{"version": "1.36"})
	upgrade.set("NodeGroup", "modelway-compute-general", map[string]any{"version": "1.36"})
	upgrade.set("Addon", "modelway-late-addons-coredns", map[string]any{"addonVersion": "v1.13.1-eksbuild.1"})

	deleted := edit(t)
	deleted.set("Model", "recommender", map[string]any{"hosts": []any{}})
	deleted.remove("Ingress", "recommender-host-ingress")

	return map[string]events.Preview{
		"model-added": stored(t, "model-added.jsonl"), "model-removed": stored(t, "model-removed.jsonl"), "image-changed": image.p,
		"canary-begun": canary.p, "host-on-another-alb": moved.p, "nat-per-zone": nat.p,
		"node-group-instances": stored(t, "node-group-replaced.jsonl"), "kubernetes-upgraded": upgrade.p,
		"policy-violated": stored(t, "policy-broken.jsonl"), "ingress-deleted": deleted.p,
	}
}

// TestTenKindsOfChange are comments as a workflow makes them, with links.
func TestTenKindsOfChange(t *testing.T) {
	list, err := review.ParseFailOn("breaking,refused,policy")
	require.NoError(t, err)
	all := kinds(t)
	require.Len(t, all, 10)
	for name, p := range all {
		if len(p.PolicyPacks) == 0 {
			p.PolicyPacks = []string{"modelway"}
		}
		p.Stack = "prod"
		r := review.Of(p, &review.Bills{Before: bill(p.Before()), After: bill(p.After())}).Judge(list, "").WithLinks(review.Links{
			Map: "https://github.com/company/modelway/actions/runs/1/artifacts/2", Commit: "https://github.com/company/modelway/blob/0123abc",
			Models: map[string]string{"churn": "models/churn.yaml", "fraud-detection": "models/fraud-detection.yaml",
				"recommender": "models/recommender.yaml", "pricing": "models/team/pricing.yaml"},
		})
		golden(t, filepath.Join("kinds", name+".md"), r.Markdown(review.CommentLimit))
	}
}
