package serving

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/modelspec"
)

const domain = "example.com"

var classParams = alb.ClassParams{
	Name: "public", Group: "public", Scheme: "internet-facing", SubnetIds: []string{"subnet-0a", "subnet-0b"},
	Listeners: []alb.Listener{{Protocol: "HTTP", Port: 80}},
}

// drawModel draws a model that is reached in any way, with a canary or without.
func drawModel(t *rapid.T, name string) modelspec.Model {
	m := modelspec.Default()
	m.Name = name
	m.Route.By = rapid.SampledFrom(modelspec.Bys).Draw(t, "by")
	m.Route.Paths = rapid.SampledFrom(append([]string{""}, modelspec.PathSets...)).Draw(t, "paths")
	if rapid.Bool().Draw(t, "canary") {
		m.Canary = modelspec.Canary{Image: "acme/canary:1", Weight: rapid.IntRange(0, 100).Draw(t, "weight")}
		switch rapid.IntRange(0, 2).Draw(t, "testers") {
		case 1:
			m.Canary.Testers = modelspec.Testers{Header: "X-Canary", Value: "yes"}
		case 2:
			m.Canary.Testers = modelspec.Testers{Cookie: "canary", Value: "yes"}
		}
	}
	return m
}

func ingresses(models ...modelspec.Model) []alb.Ingress {
	var all []alb.Ingress
	for _, m := range models {
		for _, entrance := range m.Entrances(domain) {
			all = append(all, Ingress(m, Routing{
				Entrance: entrance, Namespace: "models", ClassName: "public", ListenPorts: alb.ListenPorts(classParams.Listeners),
			}))
		}
	}
	return all
}

// Any set of models shares one load balancer without a fault, and each gets its own requests and nobody else's.
func TestModelsShareALoadBalancer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]([a-z0-9]|-[a-z0-9]){0,8}`), 1, 8, rapid.ID).Draw(t, "names")
		var models []modelspec.Model
		for _, name := range names {
			models = append(models, drawModel(t, name))
		}
		lb, err := alb.Build(classParams, ingresses(models...))
		require.NoError(t, err)
		listener, found := lb.Listener(80)
		require.True(t, found)
		services := func(host, path string, header http.Header) map[string]int {
			action, ruled := listener.Match(alb.Request{Method: "POST", Host: host, Path: path, Header: header})
			if !ruled {
				return nil
			}
			shares := map[string]int{}
			for _, share := range action.Forward.TargetGroups {
				group, found := lb.TargetGroup(share.Key)
				require.True(t, found)
				shares[group.Service] = share.Weight
			}
			return shares
		}
		for _, m := range models {
			all, testers := map[string]int{m.Name: 1}, map[string]int{m.Name: 1}
			if m.Canary.Running() {
				all = map[string]int{m.Name: 100 - m.Canary.Weight, m.Name + "-canary": m.Canary.Weight}
				testers = all
			}
			if m.Canary.Testers.Pinned() {
				testers = map[string]int{m.Name + "-canary": 1}
			}
			pinned := http.Header{"X-Canary": {"yes"}, "Cookie": {"session=1; canary=yes"}}
			for _, entrance := range m.Entrances(domain) {
				for _, path := range []string{m.StatusPath(), m.PredictPath()} {
					require.Equal(t, all, services(entrance.Host, path, nil), "%s%s", entrance.Host, path)
					require.Equal(t, all, services(entrance.Host, path, http.Header{"X-Canary": {"no"}, "Cookie": {"canary=no"}}), "%s%s", entrance.Host,
						path)
					got := services(entrance.Host, path, pinned)
					if len(got) == 1 && m.Canary.Testers.Pinned() {
						for service := range got {
							got[service] = 1 // a single target group takes all, whatever its weight
						}
					}
					require.Equal(t, testers, got, "%s%s", entrance.Host, path)
				}
				for _, path := range []string{"/", "/metrics", m.StatusPath() + "/other", m.StatusPath() + ":explain"} {
					if entrance.AllPaths {
						require.Equal(t, all, services(entrance.Host, path, nil), "%s%s", entrance.Host, path)
					} else {
						require.Nil(t, services(entrance.Host, path, nil), "%s%s: a model takes its two paths only", entrance.Host, path)
					}
				}
			}
		}
	})
}

// A model costs one rule and one target group for each host, one rule more for testers and one target group more for a canary.
func TestModelsAreCheap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, "churn")
		lb, err := alb.Build(classParams, ingresses(m))
		require.NoError(t, err)
		demand := Demand(m)
		hosts := len(m.Entrances(domain))
		require.Equal(t, lb.RuleCount(), hosts*demand.Rules)
		require.Len(t, lb.TargetGroups, hosts*demand.TargetGroups)
	})
}

// The stable target group stays what it is while a canary comes, shifts, is promoted and goes.
func TestStableTargetGroupStays(t *testing.T) {
	groups := func(c modelspec.Canary) []string {
		m := modelspec.Default()
		m.Name, m.Canary = "churn", c
		lb, err := alb.Build(classParams, ingresses(m))
		require.NoError(t, err)
		var keys []string
		for _, group := range lb.TargetGroups {
			keys = append(keys, group.Key)
		}
		return keys
	}
	alone := groups(modelspec.Canary{})
	require.Equal(t, []string{"models/churn-churn:80"}, alone)
	for _, weight := range []int{0, 1, 50, 100} {
		both := groups(modelspec.Canary{Image: "acme/canary:1", Weight: weight})
		require.ElementsMatch(t, append(slices.Clone(alone), "models/churn-churn-canary:80"), both, weight)
	}
}

func TestIngressHasTwoLoadBalancerSettings(t *testing.T) {
	m := modelspec.Default()
	m.Name, m.Canary = "churn", modelspec.Canary{Image: "acme/canary:1", Testers: modelspec.Testers{Header: "X-Canary", Value: "yes"}}
	dictated := []string{"listen-ports", "jwt-validation"}
	ofTheModel := []string{"healthcheck-", "healthy-", "unhealthy-", "success-codes", "target-group-attributes", "actions.churn-",
		"conditions.churn-"}
	planned := Ingress(m, Routing{Entrance: m.Entrances(domain)[0], ListenPorts: "[]", JwtValidation: "{}"})
	for name, value := range planned.Annotations {
		suffix, found := strings.CutPrefix(name, "alb.ingress.kubernetes.io/")
		require.True(t, found, name)
		if slices.Contains(dictated, suffix) {
			continue
		}
		require.True(t, slices.ContainsFunc(ofTheModel, func(prefix string) bool { return strings.HasPrefix(suffix, prefix) }),
			"%s belongs to the load balancer", suffix)
		if strings.Contains(suffix, ".") {
			require.True(t, json.Valid([]byte(value)), suffix)
		}
	}
}
