package platform

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/modelspec"
)

// checkMigration refuses a run that would delete a load balancer or make it anew, since its DNS name goes with it. The environment can
// allow that for one run.
func checkMigration(cfg config.Config, p plan, models []modelspec.Model, previous Previous) error {
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(previous.LoadBalancers)) {
		was := previous.LoadBalancers[name]
		if reason := lost(cfg, p, models, name, was); reason != "" && !migrates(cfg, name, was.LoadBalancer) {
			faults = append(faults, fmt.Errorf("load balancer %s: %s, and clients that use its DNS name would lose it; take the change back, or set modelway:migration.replaceLoadBalancers to [%s] for one run",
				name, reason, name))
		}
	}
	return errors.Join(faults...)
}

// migrates reports whether the environment lets go of a load balancer, by its name or by the key of its settings.
func migrates(cfg config.Config, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(cfg.Migration.ReplaceLoadBalancers, name) })
}

// lost says why a deployed load balancer would not survive, "" when it does or when that is meant: a dedicated one goes with its model.
func lost(cfg config.Config, p plan, models []modelspec.Model, name string, was PreviousLoadBalancer) string {
	i := slices.IndexFunc(p.balancers, func(b balancer) bool { return b.Name == name })
	if i >= 0 {
		if scheme := p.balancers[i].settings.Scheme; scheme != was.Scheme {
			return fmt.Sprintf("its scheme changes from %s to %s, so it would be made anew", was.Scheme, scheme)
		}
		return ""
	}
	if owner, dedicated := strings.CutPrefix(name, config.DedicatedPrefix); dedicated {
		if !slices.ContainsFunc(models, func(m modelspec.Model) bool { return m.Name == owner }) {
			return ""
		}
		return fmt.Sprintf("model %s no longer has route.exposure %s, so it would be deleted", owner, modelspec.ExposureDedicated)
	}
	if _, declared := cfg.LoadBalancers[was.LoadBalancer]; declared {
		return "" // an empty one that the environment releases
	}
	return fmt.Sprintf("modelway:loadBalancers.%s is no longer there, so it would be deleted", was.LoadBalancer)
}
