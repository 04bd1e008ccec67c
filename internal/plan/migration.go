package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// checkMigration refuses a run that would delete or replace a load balancer, since its DNS name goes with it. The environment can
// allow that for one run.
func checkMigration(cfg config.Config, p Plan, models []modelspec.Model, previous Previous) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(previous.LoadBalancers)) {
		was := previous.LoadBalancers[name]
		if reason := lost(cfg, p, models, previous, name); reason != "" && !migrates(cfg, name, was.LoadBalancer) {
			faults = append(faults, fmt.Errorf("load balancer %s: %s, and clients that use its DNS name would lose it; take the change back, or "+
				"set modelway:migration.replaceLoadBalancers to [%s] for one run",
				name, reason, name))
		}
	}
	return errors.Join(faults...)
}

// migrates reports whether the environment lets go of a load balancer, by its name or by the key of its settings.
func migrates(cfg config.Config, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(cfg.Migration.ReplaceLoadBalancers, name) })
}

// lost says why a deployed load balancer would not survive, "" when it does or when that is meant: a dedicated one goes with its model and
// its hosts.
func lost(cfg config.Config, p Plan, models []modelspec.Model, previous Previous, name string) string {
	was := previous.LoadBalancers[name]
	i := slices.IndexFunc(p.Balancers, func(b Balancer) bool { return b.Name == name })
	if i >= 0 {
		if scheme := p.Balancers[i].Settings.Scheme; scheme != was.Scheme {
			return fmt.Sprintf("its scheme changes from %s to %s, so it would be replaced", was.Scheme, scheme)
		}
		return ""
	}
	if owner, dedicated := strings.CutPrefix(name, config.DedicatedPrefix); dedicated {
		if !slices.ContainsFunc(models, func(m modelspec.Model) bool { return m.Name == owner }) {
			return inherited(p, previous, owner, was)
		}
		return fmt.Sprintf("model %s no longer has route.exposure %s, so it would be deleted", owner, modelspec.ExposureDedicated)
	}
	if _, declared := cfg.LoadBalancers[was.LoadBalancer]; declared {
		return "" // an empty one that the environment releases
	}
	return fmt.Sprintf("modelway:loadBalancers.%s is no longer there, so it would be deleted", was.LoadBalancer)
}

// inherited says that a host of a load balancer whose model is gone goes on with another model, as when the model is renamed; "" where none
// does, or where it was on the other load balancer all along.
func inherited(p Plan, previous Previous, owner string, was PreviousLoadBalancer) string {
	for _, b := range p.Balancers {
		for _, d := range b.routes {
			host := d.entrance.Host
			if slices.Contains(was.Hosts, host) && !slices.Contains(previous.LoadBalancers[b.Name].Hosts, host) {
				return fmt.Sprintf("model %s is gone, while its host %s goes on with model %s on load balancer %s, so it would be deleted",
					owner, host, d.model.Name, b.Name)
			}
		}
	}
	return ""
}
