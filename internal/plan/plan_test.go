package plan

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// TestEachEntranceIsBehindOneLoadBalancer requires each host of each exposed model behind exactly one load balancer of the model's pool,
// and nothing else there.
func TestEachEntranceIsBehindOneLoadBalancer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg, models := environmentWith(), drawModels(t, 20)
		p, faults, err := Preflight(cfg, models, Previous{})
		require.NoError(t, err)
		require.Empty(t, faults)
		routes := 0
		for _, m := range models {
			for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
				routes++
				var behind []string
				for _, b := range p.Balancers {
					if b.Pool.Name == poolOf(m) && slices.Contains(hosts(p)[b.Name], entrance.Host) {
						behind = append(behind, b.Name)
						require.Contains(t, b.routes, route{m, entrance})
						require.Equal(t, m.Route.LoadBalancer, b.Key)
						require.Equal(t, cfg.LoadBalancers[m.Route.LoadBalancer], b.Settings)
					}
				}
				require.Equal(t, []string{p.Of(m, entrance)}, behind, "%s at %s", m.Name, entrance.Host)
			}
		}
		for _, b := range p.Balancers {
			routes -= len(b.routes)
		}
		require.Zero(t, routes, "routes that no model asked for")
	})
}

// TestEachLoadBalancerRoutesToItsModels sends requests for every model to every load balancer: those for a model on it reach the model's
// target groups, by the weights of its canary, and no other request reaches a model.
func TestEachLoadBalancerRoutesToItsModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg, models := environmentWith(), drawModels(t, 12)
		p, faults, err := Preflight(cfg, models, Previous{})
		require.NoError(t, err)
		require.Empty(t, faults)
		for _, b := range p.Balancers {
			lb := built(t, cfg, b)
			listener, found := lb.Listener(b.Settings.Listeners[0].Port)
			require.True(t, found)
			require.Equal(t, b.Used.Rules, lb.RuleCount(), "what is planned for is what is made")
			require.Equal(t, b.Used.TargetGroups, len(lb.TargetGroups))
			for _, host := range allHosts(cfg, models) {
				for _, m := range models {
					for _, path := range []string{m.PredictPath(), m.StatusPath(), m.PredictPath() + "s"} {
						for _, tester := range []string{"", "always", "sometimes"} {
							request := alb.Request{Method: "POST", Host: host, Path: path, Header: http.Header{}}
							if tester != "" {
								request.Header.Set("X-Canary", tester)
							}
							action, _ := listener.Match(request)
							require.Equal(t, wanted(b, host, path, tester), shares(action), "%s%s of %s, tester %q", host, path, b.Name, tester)
						}
					}
				}
			}
		}
	})
}

// allHosts are the hosts of all models on all load balancers.
func allHosts(cfg config.Config, models []modelspec.Model) []string {
	var all []string
	for _, m := range models {
		for _, entrance := range m.Entrances(cfg.LoadBalancers[m.Route.LoadBalancer].Domain) {
			all = append(all, entrance.Host)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// wanted are the percentages of target groups that a request should be divided by, by what the model files say; nil for none.
func wanted(b Balancer, host, path, tester string) map[string]int {
	for _, d := range b.routes {
		m, ingress := d.model, "models/"+d.model.Name
		if d.entrance.Host != host || !d.entrance.AllPaths && path != m.PredictPath() && path != m.StatusPath() {
			continue
		}
		if !d.entrance.Shared {
			ingress += "-host"
		}
		stable, canary := fmt.Sprintf("%s-%s:80", ingress, m.Name), fmt.Sprintf("%s-%s-canary:80", ingress, m.Name)
		switch {
		case !m.Canary.Running():
			return map[string]int{stable: 1}
		case m.Canary.Testers.Pinned() && tester == "always":
			return map[string]int{canary: 100}
		default:
			return map[string]int{stable: 100 - m.Canary.Weight, canary: m.Canary.Weight}
		}
	}
	return nil
}

// shares are the weights of an action by target group, nil where it leads to none.
func shares(action alb.Action) map[string]int {
	if action.Forward == nil {
		return nil
	}
	all := map[string]int{}
	for _, group := range action.Forward.TargetGroups {
		all[group.Key] = group.Weight
	}
	return all
}

// TestHostsStayThroughOutputs deploys a set of models, reads the outputs back from JSON, changes the set and plans again: no host that its
// pool keeps moves, and no load balancer goes but those of single models.
func TestHostsStayThroughOutputs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := environmentWith(func(cfg *config.Config) {
			cfg.Quotas.Rules, cfg.Quotas.Reserve = rapid.IntRange(3, 12).Draw(t, "rules"), 0
		})
		before := fitting(cfg, drawModels(t, 20))
		first, faults, err := Preflight(cfg, before, Previous{})
		require.NoError(t, err)
		require.Empty(t, faults)
		previous := outputsOf(t, first, before)
		require.Equal(t, before, sorted(previous.Models), "the outputs give each model back")

		after := changed(t, before)
		second, _, _ := Preflight(cfg, after, previous) // a shared host may outgrow its load balancer, which is told, and never moved
		for _, b := range first.Balancers {
			for _, host := range b.Hosts {
				if now := second.Capacity.Of(b.Pool.Name, host.Name); now != "" {
					require.Equal(t, b.Name, now, "%s moved", host.Name)
				}
			}
			i := slices.IndexFunc(second.Balancers, func(other Balancer) bool { return other.Name == b.Name })
			owner, dedicated := strings.CutPrefix(b.Name, config.DedicatedPrefix)
			survives := !dedicated || slices.ContainsFunc(after, func(m modelspec.Model) bool {
				return m.Name == owner && m.Route.Exposure == modelspec.ExposureDedicated
			})
			require.Equal(t, survives, i >= 0, "load balancer %s", b.Name)
		}
	})
}

// fitting leaves out the models that exceed a quota.
func fitting(cfg config.Config, models []modelspec.Model) []modelspec.Model {
	fit := []modelspec.Model{}
	for _, m := range models {
		if _, _, err := Preflight(cfg, append(fit, m), Previous{}); err == nil {
			fit = append(fit, m)
		}
	}
	return fit
}

// changed takes some models away, describes some again, and adds some.
func changed(t *rapid.T, before []modelspec.Model) []modelspec.Model {
	var after []modelspec.Model
	for _, m := range before {
		switch rapid.SampledFrom([]string{"keep", "keep", "drop", "draw"}).Draw(t, m.Name) {
		case "keep":
			after = append(after, m)
		case "draw":
			after = append(after, drawModel(t, m.Name))
		}
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "added") {
		after = append(after, drawModel(t, fmt.Sprintf("new-%d", i)))
	}
	slices.SortFunc(after, func(a, b modelspec.Model) int { return strings.Compare(a.Name, b.Name) })
	return after
}

func sorted(models map[string]modelspec.Model) []modelspec.Model {
	all := make([]modelspec.Model, 0, len(models))
	for _, m := range models {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b modelspec.Model) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// TestWithoutModelsEveryLoadBalancerStays requires the names of all load balancers that models share after the last model has gone.
func TestWithoutModelsEveryLoadBalancerStays(t *testing.T) {
	cfg := environmentWith(func(cfg *config.Config) { cfg.Quotas.Rules, cfg.Quotas.Reserve = 2, 0 })
	var models []modelspec.Model
	for i := range 5 {
		models = append(models, made(t, fmt.Sprintf("m-%d", i), "route: {by: host}"))
	}
	models = append(models, made(t, "own", "route: {exposure: dedicated}"))
	previous := deployed(t, cfg, Previous{}, models...)
	want := []string{"internal", "model-own", "public", "public-2", "public-3", "secure"}
	require.ElementsMatch(t, want, keysOf(previous.LoadBalancers))

	emptied := deployed(t, cfg, previous)
	require.ElementsMatch(t, slices.DeleteFunc(want, func(name string) bool { return name == "model-own" }), keysOf(emptied.LoadBalancers))
	for name, lb := range emptied.LoadBalancers {
		require.Empty(t, lb.Hosts, name)
	}
	require.ElementsMatch(t, keysOf(emptied.LoadBalancers), keysOf(deployed(t, cfg, emptied).LoadBalancers), "nor later")
}

func keysOf[V any](m map[string]V) []string {
	all := make([]string, 0, len(m))
	for key := range m {
		all = append(all, key)
	}
	return all
}

// TestPlanDoesNotDependOnTheOrderOfModels plans the same models in another order.
func TestPlanDoesNotDependOnTheOrderOfModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := environmentWith(func(cfg *config.Config) { cfg.Quotas.Rules, cfg.Quotas.Reserve = 30, 0 })
		models := drawModels(t, 15)
		var previous Previous
		if rapid.Bool().Draw(t, "deployed before") {
			kept := fitting(cfg, models)
			previous = deployed(t, cfg, Previous{}, kept...)
		}
		want, wantErr := New(cfg, models, previous)
		got, gotErr := New(cfg, rapid.Permutation(models).Draw(t, "order"), previous)
		require.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(gotErr))
		require.Equal(t, want.Summary(), got.Summary())
		for i := range want.Balancers {
			require.Equal(t, want.Balancers[i].routes, got.Balancers[i].routes)
		}
	})
}

// TestMovedHostsAreTold requires a warning for each host that models take to another load balancer, and none for hosts that stay.
func TestMovedHostsAreTold(t *testing.T) {
	cfg := environmentWith()
	models := []modelspec.Model{made(t, "churn", "route: {by: host}"), made(t, "fraud", ""),
		made(t, "inner", "route: {loadBalancer: internal}")}
	previous := deployed(t, cfg, Previous{}, models...)
	for range 20 { // maps have no order
		p, _, err := Preflight(cfg, models, previous)
		require.NoError(t, err)
		require.Empty(t, p.Warnings(previous), "api.company.com is on both public and internal, and stays on both")
	}
	for name, changed := range map[string][]modelspec.Model{
		"it leaves one of the two":      {models[0], models[2]},
		"another host comes to the two": append(models[:3:3], made(t, "leavers", "route: {by: host, subdomain: churn, loadBalancer: internal}")),
	} {
		p, faults, err := Preflight(cfg, changed, previous)
		require.NoError(t, err)
		require.Empty(t, faults)
		require.Empty(t, p.Warnings(previous), name)
	}
	models[0] = made(t, "churn", "route: {exposure: dedicated}")
	p, _, err := Preflight(cfg, models, previous)
	require.NoError(t, err)
	require.Equal(t, []string{"host churn.company.com moves from load balancer public to model-churn, as its models ask: clients find it " +
		"once its DNS record has changed and expired"}, p.Warnings(previous))
}
