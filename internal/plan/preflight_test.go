package plan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// refused are the models that the preflight refuses, and why.
func refused(t *testing.T, cfg config.Config, previous Previous, models ...modelspec.Model) map[string]string {
	t.Helper()
	_, faults, err := Preflight(cfg, models, previous)
	require.NoError(t, err)
	found := map[string]string{}
	for _, fault := range faults {
		found[fault.model] += fault.Error()
	}
	return found
}

func TestTwoModelsCannotHaveOneHost(t *testing.T) {
	cfg := environmentWith()
	churn, churnAgain := made(t, "churn", "route: {subdomain: retention}"), made(t, "leavers", "route: {subdomain: retention}")
	require.Equal(t, map[string]string{
		"leavers": `model leavers: route asks for host retention.company.com, but all paths of it lead to model churn (route.subdomain "retention", route.by ""); set another route.subdomain, or remove it to use the shared host`,
	}, refused(t, cfg, Previous{}, churn, churnAgain))
	require.Empty(t, refused(t, cfg, Previous{}, churn, made(t, "leavers", "route: {subdomain: retention, loadBalancer: internal}")),
		"another network")
}

func TestSharedHostIsNobodysOwn(t *testing.T) {
	cfg := environmentWith()
	sharing, owning := made(t, "churn", "route: {by: path, subdomain: api-2}"), made(t, "fraud", "route: {by: host, subdomain: api-2}")
	also := made(t, "ranking", "route: {by: path, subdomain: api-2}")
	require.Equal(t, map[string]string{
		"fraud": `model fraud: route asks for host api-2.company.com, but it is the shared host of load balancer public, with model churn (route.subdomain "api-2", route.by "path"); set another route.subdomain, or remove it to use the shared host`,
	}, refused(t, cfg, Previous{}, sharing, owning, also))
	owning.Name = "a-fraud"
	require.Equal(t, map[string]string{
		"churn":   `model churn: route asks for host api-2.company.com, but all paths of it lead to model a-fraud (route.subdomain "api-2", route.by "host"); set another route.subdomain, or remove it to use the shared host`,
		"ranking": `model ranking: route asks for host api-2.company.com, but all paths of it lead to model a-fraud (route.subdomain "api-2", route.by "host"); set another route.subdomain, or remove it to use the shared host`,
	}, refused(t, cfg, Previous{}, owning, sharing, also))
}

// TestRefusedModelHoldsNoHost requires the hosts of a model that cannot have them all left to others.
func TestRefusedModelHoldsNoHost(t *testing.T) {
	found := refused(t, environmentWith(), Previous{},
		made(t, "a", "route: {subdomain: x}"),
		made(t, "b", "route: {by: both, subdomain: x}"), // may have the shared host, but not x
		made(t, "c", "route: {by: both, subdomain: z}"))
	require.Len(t, found, 1)
	require.Contains(t, found["b"], "host x.company.com")

	oneZone := environmentWith(func(cfg *config.Config) {
		cfg.LoadBalancers["public"] = balanced("company.com", inZone("Z1"))
		cfg.LoadBalancers["internal"] = balanced("company.com", inZone("Z1"), internalScheme)
	})
	found = refused(t, oneZone, Previous{}, made(t, "a", ""),
		made(t, "b", "route: {by: both, loadBalancer: internal}"), // may have b, but not the shared host
		made(t, "c", "route: {subdomain: b}"))
	require.Len(t, found, 1)
	require.Contains(t, found["b"], "host api.company.com")
}

// TestHostIsDeployedOnesFirst requires a host with the model that has it, whatever the names are and whoever asks for it later.
func TestHostIsDeployedOnesFirst(t *testing.T) {
	cfg := environmentWith()
	holder := made(t, "retention", "")
	holder.Route.By = modelspec.ByHost
	claimant := made(t, "churn", "route: {subdomain: retention}")
	previous := deployed(t, cfg, Previous{}, holder)
	for name, was := range map[string]Previous{
		"a new model":            previous,
		"another deployed model": deployed(t, cfg, Previous{}, holder, made(t, "churn", "")),
	} {
		found := refused(t, cfg, was, claimant, holder)
		require.Len(t, found, 1, name)
		require.Contains(t, found["churn"], `host retention.company.com, but all paths of it lead to model retention`, name)
	}
	require.Contains(t, refused(t, cfg, Previous{}, claimant, holder), "retention", "without a deployment the first name has it")
}

// TestOneHostInTwoNetworks allows a host on a public and on an internal load balancer whose hosted zones differ, and not in one zone.
func TestOneHostInTwoNetworks(t *testing.T) {
	models := []modelspec.Model{made(t, "churn", ""), made(t, "fraud", "route: {loadBalancer: internal}")}
	zoned := func(public, internal string) config.Config {
		return environmentWith(func(cfg *config.Config) {
			cfg.LoadBalancers["public"] = balanced("company.com", inZone(public))
			cfg.LoadBalancers["internal"] = balanced("company.com", inZone(internal), internalScheme)
		})
	}
	require.Empty(t, refused(t, zoned("Z1", "Z2"), Previous{}, models...))
	require.Empty(t, refused(t, zoned("", ""), Previous{}, models...))
	found := refused(t, zoned("Z1", "Z1"), Previous{}, models...)
	require.Equal(t, map[string]string{
		"fraud": `model fraud: route asks for host api.company.com, but it is the shared host of load balancer public, with model churn (route.subdomain "", route.by ""); set another route.subdomain, or remove it to use the shared host`,
	}, found)
}

// manyModels are models as a large environment has them: on shared hosts of up to 40, on hosts of their own, some with a canary.
func manyModels(t require.TestingT, n int) []modelspec.Model {
	models := make([]modelspec.Model, n)
	for i := range models {
		rest := "replicas: {max: 2}\n"
		switch i % 3 {
		case 0:
			rest += fmt.Sprintf("route: {by: path, subdomain: api-%d}\n", i/120)
		case 1:
			rest += "route: {by: host}\n"
		}
		if i%3 == 1 && i%10 == 1 {
			rest += "canary: {image: 'example.com/model:2', weight: 5, testers: {header: X-Canary, value: always}}\n"
		}
		if i%3 == 2 {
			rest += fmt.Sprintf("route: {by: path, subdomain: api-s-%d, loadBalancer: secure}\n", i/120)
		}
		models[i] = made(t, fmt.Sprintf("model-%04d", i), rest)
	}
	return models
}

func BenchmarkPreflight(b *testing.B) {
	for _, n := range []int{10, 100, 250, 500, 1000} {
		cfg := environmentWith(func(cfg *config.Config) { cfg.Network.Cidr = "10.0.0.0/16" })
		models := manyModels(b, n)
		p, faults, err := Preflight(cfg, models, Previous{})
		require.NoError(b, err)
		require.Empty(b, faults)
		previous := outputsOf(b, p, models)
		b.Run(fmt.Sprintf("new/%d", n), func(b *testing.B) {
			for b.Loop() {
				_, _, _ = Preflight(cfg, models, Previous{})
			}
		})
		b.Run(fmt.Sprintf("deployed/%d", n), func(b *testing.B) {
			for b.Loop() {
				_, _, _ = Preflight(cfg, models, previous)
			}
		})
	}
}
