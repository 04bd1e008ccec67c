package modelspec

import (
	"fmt"
	"strconv"
)

const subdomainFix = "write the first label only; the domain comes from the load balancer"

func (e *entry) validateRoute() {
	r := e.model.Route
	if !isLabel(r.LoadBalancer, maxLabelLength) {
		e.Fault(e.Origin("route.loadBalancer"), strconv.Quote(r.LoadBalancer)+" is not a load balancer name",
			fmt.Sprintf(labelAllowed, maxLabelLength), "name a load balancer of the environment's configuration, or remove the key for "+
				DefaultLoadBalancer)
	}
	e.validateChoice("route.exposure", r.Exposure, "is not a kind of exposure", Exposures, ExposureShared)
	if e.Given("route.by") && !e.Rejected("route.by") {
		e.validateChoice("route.by", r.By, "is not a way to find a model", Bys, ByPath)
	}
	e.validatePaths()
	e.validateSubdomain()
	e.validateExposure()
	for i, namespace := range r.Namespaces {
		key := "route.namespaces." + strconv.Itoa(i)
		if !e.Rejected(key) && !isLabel(namespace, maxLabelLength) {
			e.Fault(e.Origin(key), strconv.Quote(namespace)+" is not the name of a namespace", fmt.Sprintf(labelAllowed, maxLabelLength),
				"name the clients' namespace")
		}
	}
}

// validatePaths refuses other paths than those of the contract on a host that models share.
func (e *entry) validatePaths() {
	r, key := e.model.Route, "route.paths"
	if !e.Given(key) || e.Rejected(key) {
		return
	}
	e.validateChoice(key, r.Paths, "is not a set of paths", PathSets, PathsContract)
	if r.Paths == PathsAll && r.Exposure != ExposureNone && r.by() == ByPath {
		e.Fault(e.Origin(key), "is all, but the model has no host of its own", PathsContract, "write by: host or by: both, or remove the key")
	}
}

func (e *entry) validateSubdomain() {
	r, at := e.model.Route, e.Origin("route.subdomain")
	given := e.Given("route.subdomain") && !e.Rejected("route.subdomain")
	switch {
	case given && r.Subdomain == SharedSubdomain:
		e.Fault(at, strconv.Quote(r.Subdomain)+" is the shared host", "any other label", "remove the key to use the shared host")
	case given && !isLabel(r.Subdomain, maxLabelLength):
		e.Fault(at, strconv.Quote(r.Subdomain)+" is not one host name label", fmt.Sprintf(labelAllowed, maxLabelLength), subdomainFix)
	case r.Subdomain == "" && r.by() != ByPath && e.model.Name == SharedSubdomain:
		e.Fault(e.Origin("route"), fmt.Sprintf("the host of the model would be that of the name, %q, which is the shared host", e.model.Name),
			"any other label", "set route.subdomain")
	}
}

// validateExposure refuses keys that contradict the exposure.
func (e *entry) validateExposure() {
	r := e.model.Route
	refuse := func(key, problem, fix string) {
		if e.Given(key) && !e.Rejected(key) {
			e.Fault(e.Origin(key), problem, "", fix)
		}
	}
	switch r.Exposure {
	case ExposureNone:
		for _, key := range []string{"route.by", "route.subdomain", "route.loadBalancer", "route.paths"} {
			refuse(key, "has no meaning while route.exposure is none", "remove it, or set route.exposure to shared")
		}
	case ExposureDedicated:
		if r.by() != ByHost {
			refuse("route.by", fmt.Sprintf("is %q, but the host that is shared leads to another load balancer than the dedicated one", r.By),
				"write by: host, or set route.exposure to shared")
		}
	}
}
