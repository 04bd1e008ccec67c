package config

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/strict"
)

// checkPolicies wants levels that exist, and exceptions that say what, why and until when. Whether the rules exist is for the pack to say,
// and whether an exception has expired is a matter of the day.
func checkPolicies(c Config) []Fault {
	var faults []Fault
	for _, rule := range sortedKeys(c.Policies.Levels) {
		level, at := c.Policies.Levels[rule], path{"policies", "levels", rule}
		if !slices.Contains(PolicyLevels, level) {
			meant, found := strict.Suggest(level, PolicyLevels)
			if !found {
				meant = PolicyAdvisory
			}
			faults = append(faults, newFault(at, level, Fault{
				Problem: "not a level", Allowed: strings.Join(PolicyLevels, ", "), Fix: setFix(c.Environment, at, meant),
			}))
		}
	}
	for i, exception := range c.Policies.Exceptions {
		at := path{"policies", "exceptions", i}
		for _, text := range []struct{ key, given, problem, allowed, example string }{
			{"rule", exception.Rule, "names no rule", "the id of a rule in policies/README.md", exampleRule},
			{"resource", exception.Resource, "names no resource", "the logical name of a resource or its URN, with * for any text",
				"modelway-cluster-eksCluster"},
			{"reason", exception.Reason, "gives no reason", "why the resource may break the rule", "migration until the end of the quarter"},
		} {
			if strings.TrimSpace(text.given) == "" {
				faults = append(faults, newFault(at.At(text.key), text.given, Fault{
					Problem: text.problem, Allowed: text.allowed, Fix: setFix(c.Environment, at.At(text.key), text.example),
				}))
			}
		}
		if _, err := time.Parse(time.DateOnly, exception.Expires); err != nil {
			faults = append(faults, newFault(at.At("expires"), exception.Expires, Fault{
				Problem: "not a day", Allowed: "YYYY-MM-DD, the last day on which the exception counts", Fix: setFix(c.Environment, at.At("expires"),
					exampleDay),
			}))
		}
	}
	for i, pattern := range c.Policies.AllowedRegistries {
		if at := (path{"policies", "allowedRegistries", i}); !registryPattern.MatchString(pattern) {
			faults = append(faults, newFault(at, pattern, Fault{
				Problem: "not a pattern of image names", Allowed: "<registry>/<path> in lower case with * for any text, which in the registry has no " +
					"dot, without https:// and tag, such as ghcr.io/*",
				Fix: setFix(c.Environment, at, "ghcr.io/*"),
			}))
		}
	}
	return faults
}

// What fixes show in place of a rule and of a day.
const (
	exampleRule = "cluster-endpoint-open"
	exampleDay  = "2027-03-31"
)

// registryPattern is a registry with a path, both of which may have stars.
var registryPattern = regexp.MustCompile(`^[a-z0-9*][a-z0-9.*-]*(:\d{1,5})?(/[a-z0-9._*-]+)+$`)
