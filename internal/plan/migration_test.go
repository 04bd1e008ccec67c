package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/serving"
)

// replacing allows a run to replace load balancers.
func replacing(names ...string) func(*config.Config) {
	return func(cfg *config.Config) { cfg.Migration.ReplaceLoadBalancers = names }
}

func without(key string) func(*config.Config) {
	return func(cfg *config.Config) { delete(cfg.LoadBalancers, key) }
}

func renamed(key, to string) func(*config.Config) {
	return func(cfg *config.Config) {
		cfg.LoadBalancers[to] = cfg.LoadBalancers[key]
		delete(cfg.LoadBalancers, key)
	}
}

func madeInternal(cfg *config.Config) {
	cfg.LoadBalancers["public"] = balanced("company.com", internalScheme)
}

// heir is a model with a load balancer of its own.
func heir(t *testing.T, route string) modelspec.Model {
	t.Helper()
	return made(t, "heir", "route: {exposure: dedicated, "+route+"}")
}

// grown is an environment whose load balancers have few rules each, so that there is more than one.
func grown(cfg *config.Config) { cfg.Quotas.Rules, cfg.Quotas.Reserve = 2, 0 }

func releasing(cfg *config.Config) {
	cfg.LoadBalancers["public"] = balanced("company.com", func(lb *config.LoadBalancer) { lb.ReleaseEmpty = true })
}

func TestLoadBalancersAreNotLost(t *testing.T) {
	four := []modelspec.Model{made(t, "a", "route: {by: host}"), made(t, "b", "route: {by: host}"), made(t, "c", "route: {by: host}"),
		made(t, "own", "route: {exposure: dedicated}")}
	previous := deployed(t, environmentWith(grown), Previous{}, four...)
	require.ElementsMatch(t, []string{"public", "public-2", "model-own", "internal", "secure"}, keysOf(previous.LoadBalancers))
	with := func(last string) []modelspec.Model { return append(four[:3:3], made(t, "own", last)) }
	scheme := "its scheme changes from internet-facing to internal, so it would be replaced"
	gone := "modelway:loadBalancers.public is no longer there, so it would be deleted"
	shared := "model own no longer has route.exposure dedicated, so it would be deleted"
	for name, c := range map[string]struct {
		change []func(*config.Config)
		models []modelspec.Model
		want   map[string]string // why a load balancer is lost, by name
	}{
		"nothing changes": {nil, four, nil},
		"scheme": {[]func(*config.Config){madeInternal}, four, map[string]string{"public": scheme, "public-2": scheme,
			"model-own": scheme}},
		"scheme, by settings": {[]func(*config.Config){madeInternal, replacing("public")}, four, nil},
		"scheme, by name": {[]func(*config.Config){madeInternal, replacing("public-2")}, four, map[string]string{"public": scheme,
			"model-own": scheme}},
		"scheme, another one": {[]func(*config.Config){madeInternal, replacing("internal")}, four, map[string]string{"public": scheme,
			"public-2": scheme, "model-own": scheme}},
		"key removed": {[]func(*config.Config){without("public")}, nil, map[string]string{"public": gone, "public-2": gone}},
		"key renamed": {[]func(*config.Config){renamed("public", "external")}, nil, map[string]string{"public": gone,
			"public-2": gone}},
		"key renamed, by settings": {[]func(*config.Config){renamed("public", "external"), replacing("public")}, nil, nil},
		"unused key removed": {[]func(*config.Config){without("secure")}, four,
			map[string]string{"secure": "modelway:loadBalancers.secure is no longer there, so it would be deleted"}},
		"dedicated to shared":          {nil, with("route: {by: host}"), map[string]string{"model-own": shared}},
		"dedicated to none":            {nil, with("route: {exposure: none}"), map[string]string{"model-own": shared}},
		"dedicated to shared, by name": {[]func(*config.Config){replacing("model-own")}, with("route: {by: host}"), nil},
		"dedicated model deleted":      {nil, four[:3], nil},
		"dedicated to other settings":  {nil, with("route: {exposure: dedicated, loadBalancer: secure}"), nil},
		"all models deleted":           {nil, nil, nil},
		"dedicated model renamed": {nil, append(four[:3:3], heir(t, "subdomain: own")),
			map[string]string{"model-own": "model own is gone, while its host own.company.com goes on with model heir on load balancer " +
				"model-heir, so it would be deleted"}},
		"renamed and shared": {nil, append(four[:3:3], made(t, "heir", "route: {subdomain: own}")),
			map[string]string{"model-own": "model own is gone, while its host own.company.com goes on with model heir on load balancer public-2, " +
				"so it would be deleted"}},
		"renamed, by name":             {[]func(*config.Config){replacing("model-own")}, append(four[:3:3], heir(t, "subdomain: own")), nil},
		"renamed, by settings":         {[]func(*config.Config){replacing("public")}, append(four[:3:3], heir(t, "subdomain: own")), nil},
		"renamed with another host":    {nil, append(four[:3:3], heir(t, "subdomain: other")), nil},
		"dedicated, another subdomain": {nil, with("route: {exposure: dedicated, subdomain: other}"), nil},
		"empty ones released":          {[]func(*config.Config){releasing}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := environmentWith(append([]func(*config.Config){grown}, c.change...)...)
			p, faults, err := Preflight(cfg, c.models, previous)
			require.Empty(t, faults)
			require.Equal(t, c.want, lostOf(cfg, p, c.models, previous))
			for name, reason := range c.want {
				require.ErrorContains(t, err, "load balancer "+name+": "+reason+", and clients that use its DNS name would lose it; take the change "+
					"back, or set modelway:migration.replaceLoadBalancers to ["+name+"] for one run")
			}
			require.Equal(t, len(c.want) == 0, err == nil, "%v", err)
		})
	}
}

// lostOf are the load balancers that a run would lose without leave, and why.
func lostOf(cfg config.Config, p Plan, models []modelspec.Model, previous Previous) map[string]string {
	var all map[string]string
	for name, was := range previous.LoadBalancers {
		if reason := lost(cfg, p, models, previous, name); reason != "" && !migrates(cfg, name, was.LoadBalancer) {
			if all == nil {
				all = map[string]string{}
			}
			all[name] = reason
		}
	}
	return all
}

// TestAHostOnTwoLoadBalancersKeepsNone requires a dedicated load balancer to go with its model where its host was on another one all along.
func TestAHostOnTwoLoadBalancersKeepsNone(t *testing.T) {
	cfg := environmentWith()
	shared := made(t, "shared", "route: {subdomain: own}")
	previous := deployed(t, cfg, Previous{}, shared)
	previous.LoadBalancers["model-own"] = PreviousLoadBalancer{LoadBalancer: "public", Scheme: serving.SchemeInternetFacing,
		Hosts: []string{"own.company.com"}}
	p, faults, err := Preflight(cfg, []modelspec.Model{shared}, previous)
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Empty(t, lostOf(cfg, p, []modelspec.Model{shared}, previous))
}

// TestReleaseGivesUpEmptyLoadBalancers requires those after the first to go when they are empty, and only then.
func TestReleaseGivesUpEmptyLoadBalancers(t *testing.T) {
	models := []modelspec.Model{made(t, "a", "route: {by: host}"), made(t, "b", "route: {by: host}"), made(t, "c", "route: {by: host}")}
	previous := deployed(t, environmentWith(grown), Previous{}, models...)
	last := models[2]
	require.Equal(t, []string{"c.company.com"}, previous.LoadBalancers["public-2"].Hosts)
	require.Contains(t, deployed(t, environmentWith(grown, releasing), previous, last).LoadBalancers, "public-2")
	require.Contains(t, deployed(t, environmentWith(grown), previous, models[:2]...).LoadBalancers, "public-2")
	after := deployed(t, environmentWith(grown, releasing), previous, models[:2]...)
	require.NotContains(t, after.LoadBalancers, "public-2")
	require.Contains(t, deployed(t, environmentWith(grown, releasing), after).LoadBalancers, "public", "the first stays")
}

// TestDedicatedLoadBalancerGoesWithItsModel requires it gone also where the name could be that of a number of another one.
func TestDedicatedLoadBalancerGoesWithItsModel(t *testing.T) {
	cfg := environmentWith()
	one, two := made(t, "churn", "route: {exposure: dedicated}"), made(t, "churn-2", "route: {exposure: dedicated}")
	previous := deployed(t, cfg, Previous{}, one, two)
	after := deployed(t, cfg, previous, one)
	require.NotContains(t, after.LoadBalancers, "model-churn-2")
	require.Equal(t, previous.LoadBalancers["model-churn"], after.LoadBalancers["model-churn"])
}
