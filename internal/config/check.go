package config

import "regexp"

// checks holds every check that the schema cannot make. Each reads a complete configuration.
var checks = []func(Config) []Fault{
	checkVpcCidr,
	checkPodCidr,
	checkZoneNames,
	checkWayOut,
	checkExistingNetwork,
	checkClusterName,
	checkAdminRoles,
	checkAccessEntries,
	checkAddonVersions,
	checkPublicAccess,
	checkPublicAccessCidrs,
	checkSomeCompute,
	checkProfileNames,
	checkSelectorNamespaces,
	checkSelectorLabels,
	checkSystemPods,
	checkModelPods,
	checkNodeGroupNames,
	checkNodeGroupSizes,
	checkInstanceTypes,
	checkNodeLabels,
	checkTaints,
	checkSomeLoadBalancer,
	checkLoadBalancerNames,
	checkDomains,
	checkListenerPorts,
	checkCertificates,
	checkHostedZones,
	checkSharedHosts,
	checkWebAcls,
	checkJwt,
	checkGrownNames,
	checkQuotas,
	checkSchedule,
	checkRequestMetric,
	checkModelDirectory,
	checkModelNamespace,
	checkOverrideNames,
	checkModelStore,
	checkRepositories,
	checkGitHub,
	checkBudget,
	checkPolicies,
	checkMirror,
	checkTags,
}

// check returns the faults of all checks.
func check(c Config) []Fault {
	var faults []Fault
	for _, run := range checks {
		faults = append(faults, run(c)...)
	}
	return faults
}

// dnsLabel is the form of a name that Kubernetes and DNS take as one label (RFC 1123).
var dnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// labelNames describes dnsLabel.
const labelNames = "lower case letters, digits and hyphens, starting and ending with a letter or digit, at most 63 characters"

// checkNames reports names that are not DNS labels and names that are taken already.
func checkNames(c Config, names []string, at func(i int) path) []Fault {
	var faults []Fault
	first := map[string]int{}
	for i, name := range names {
		fault := Fault{Allowed: labelNames, Fix: setFix(c.Environment, at(i), slug(name))}
		if !dnsLabel.MatchString(name) {
			fault.Problem = "not a valid name"
			faults = append(faults, newFault(at(i), name, fault))
			continue
		}
		if earlier, taken := first[name]; taken {
			fault.Problem = "the name is taken by " + at(earlier).Key()
			fault.Allowed = "each name once"
			fault.Fix = setFix(c.Environment, at(i), name+"-2")
			faults = append(faults, newFault(at(i), name, fault))
			continue
		}
		first[name] = i
	}
	return faults
}
