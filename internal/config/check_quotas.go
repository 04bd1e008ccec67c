package config

import (
	"fmt"
	"regexp"
	"strings"
)

// checkQuotas wants room for at least one model beside the reserve.
func checkQuotas(c Config) []Fault {
	at, reserve := path{"quotas", "reserve"}, c.Quotas.Reserve
	if reserve < c.Quotas.Rules {
		return nil
	}
	return []Fault{newFault(at, reserve, Fault{Problem: fmt.Sprintf("leaves no room on a load balancer of %d rules", c.Quotas.Rules),
		Allowed: fmt.Sprintf("0 to %d", c.Quotas.Rules-1), Fix: setFix(c.Environment, at, min(10, c.Quotas.Rules-1))}).AlsoReads(path{"quotas",
		"rules"})}
}

// numbered is the name of a load balancer that another one grows into.
var numbered = regexp.MustCompile(`^(.+)-([2-9]|[1-9][0-9]+)$`)

// DedicatedPrefix begins the names of load balancers that belong to one model.
const DedicatedPrefix = "model-"

// checkGrownNames refuses names that the platform gives to load balancers itself.
func checkGrownNames(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		fault := Fault{Allowed: "any other name", Fix: editFix(c.Environment, fmt.Sprintf("rename it, to %s for example",
			strings.ReplaceAll(name, "-", "")))}
		if parts := numbered.FindStringSubmatch(name); parts != nil {
			if _, taken := c.LoadBalancers[parts[1]]; taken {
				fault.Problem = fmt.Sprintf("the name that %s gives to its load balancer number %s as it grows", parts[1], parts[2])
				faults = append(faults, newFault(balancersPath.At(name), absent{}, fault))
			}
		}
		if strings.HasPrefix(name+"-", DedicatedPrefix) {
			fault.Problem = "a name of the form that load balancers of one model have"
			faults = append(faults, newFault(balancersPath.At(name), absent{}, fault))
		}
	}
	return faults
}
