package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// balanced is a load balancer of an environment in tests.
func balanced(domain string, change ...func(*config.LoadBalancer)) config.LoadBalancer {
	lb := config.DefaultLoadBalancer()
	lb.Domain = domain
	for _, c := range change {
		c(&lb)
	}
	return lb
}

func internalScheme(lb *config.LoadBalancer) { lb.Scheme = serving.SchemeInternal }

func inZone(id string) func(*config.LoadBalancer) {
	return func(lb *config.LoadBalancer) { lb.HostedZoneId = id }
}

// environmentWith has the load balancers public, secure (HTTPS and HTTP) and internal (HTTP on two ports).
func environmentWith(change ...func(*config.Config)) config.Config {
	cfg := config.Defaults("test", "us-east-1")
	cfg.Cluster.AdminRoleArns = []string{"arn:aws:iam::111122223333:role/admin"}
	cfg.Cluster.PublicAccessCidrs = []string{"203.0.113.0/24"}
	cfg.LoadBalancers = map[string]config.LoadBalancer{
		"public": balanced("company.com"),
		"secure": balanced("secure.company.com", func(lb *config.LoadBalancer) {
			lb.Listeners = []config.Listener{{Protocol: "HTTPS", Port: 443}, {Protocol: "HTTP", Port: 80}}
			lb.CertificateArns = []string{"arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"}
		}),
		"internal": balanced("company.com", internalScheme, func(lb *config.LoadBalancer) { // the same names as public, in another network
			lb.Listeners = []config.Listener{{Protocol: "HTTP", Port: 80}, {Protocol: "HTTP", Port: 8080}}
		}),
	}
	for _, c := range change {
		c(&cfg)
	}
	return cfg
}

func skipping(cfg *config.Config) { cfg.Models.OnInvalidModel = config.OnInvalidModelSkip }

// made reads a model of a name from the rest of its file.
func made(t require.TestingT, name, rest string) modelspec.Model {
	compact := map[string]any{}
	require.NoError(t, yaml.Unmarshal([]byte(rest), &compact))
	if compact["image"] == nil && compact["model"] == nil {
		compact["image"] = "example.com/model:1"
	}
	m, err := modelspec.Restore(name, compact)
	require.NoError(t, err)
	return m
}

// folder reads a models folder: the text of each file by the model's name, after name and image.
func folder(t require.TestingT, files map[string]string) modelspec.Set {
	fsys := fstest.MapFS{}
	for name, rest := range files {
		fsys["models/"+name+".yaml"] = &fstest.MapFile{Data: []byte(fmt.Sprintf("name: %s\nimage: example.com/model:1\n%s\n", name, rest))}
	}
	set, err := modelspec.Read(fsys, "models", nil)
	require.NoError(t, err)
	return set
}

// deployed is what a deployment of models leaves in the stack's outputs, read back from their JSON.
func deployed(t require.TestingT, cfg config.Config, previous Previous, models ...modelspec.Model) Previous {
	p, faults, err := Preflight(cfg, models, previous)
	require.NoError(t, err)
	require.Empty(t, faults)
	return outputsOf(t, p, models)
}

func outputsOf(t require.TestingT, p Plan, models []modelspec.Model) Previous {
	text, err := json.Marshal(map[string]any{"loadBalancers": p.Summary(), "models": Compact(models)})
	require.NoError(t, err)
	var read struct {
		LoadBalancers map[string]PreviousLoadBalancer `json:"loadBalancers"`
		Models        map[string]map[string]any       `json:"models"`
	}
	require.NoError(t, json.Unmarshal(text, &read))
	previous := Previous{LoadBalancers: read.LoadBalancers, Models: map[string]modelspec.Model{}}
	for name, compact := range read.Models {
		previous.Models[name], err = modelspec.Restore(name, compact)
		require.NoError(t, err)
	}
	return previous
}

// drawModel draws a model that fits environmentWith, and whose host no other drawn model claims.
func drawModel(t *rapid.T, name string) modelspec.Model {
	route := map[string]any{"loadBalancer": rapid.SampledFrom([]string{"public", "secure", "internal"}).Draw(t, name+" load balancer")}
	rest := map[string]any{"image": "example.com/model:1", "route": route, "replicas": map[string]any{"max": rapid.IntRange(1, 5).Draw(t, name+
		" replicas")}}
	kind := rapid.SampledFrom([]string{"default", "shared", "host", "subdomain", "both", "dedicated", "none"}).Draw(t, name+" kind")
	switch kind {
	case "shared":
		route["by"], route["subdomain"] = "path", rapid.SampledFrom([]string{"api-2", "api-3"}).Draw(t, name+" shared host")
	case "host", "both":
		route["by"] = kind
	case "subdomain":
		route["subdomain"] = "own-" + name
	case "dedicated":
		route["exposure"] = kind
	case "none":
		rest["route"] = map[string]any{"exposure": kind}
	}
	if kind != "none" && rapid.Bool().Draw(t, name+" canary") {
		canary := map[string]any{"image": "example.com/model:2", "weight": rapid.IntRange(0, 100).Draw(t, name+" weight")}
		if rapid.Bool().Draw(t, name+" testers") {
			canary["testers"] = map[string]any{"header": "X-Canary", "value": "always"}
		}
		rest["canary"] = canary
	}
	m, err := modelspec.Restore(name, rest)
	require.NoError(t, err)
	return m
}

// drawModels draws a set of models by the order of their names: m, m-1, m-2, ..., as load balancers are numbered.
func drawModels(t *rapid.T, most int) []modelspec.Model {
	numbers := rapid.SliceOfNDistinct(rapid.IntRange(0, 59), 0, most, rapid.ID[int]).Draw(t, "models")
	slices.Sort(numbers)
	models := make([]modelspec.Model, len(numbers))
	for i, number := range numbers {
		models[i] = drawModel(t, strings.TrimSuffix(fmt.Sprintf("m-%d", number), "-0"))
	}
	slices.SortFunc(models, func(a, b modelspec.Model) int { return strings.Compare(a.Name, b.Name) })
	return models
}
