package modelspec

import (
	"fmt"
	"strconv"
)

const subdomainFix = "write the first label only; the domain comes from the load balancer"

func (e *entry) validateRoute() {
	r := e.model.Route
	if !isLabel(r.LoadBalancer, maxLabelLength) {
		e.fault(e.origin("route.loadBalancer"), strconv.Quote(r.LoadBalancer)+" is not a load balancer name",
			fmt.Sprintf(labelAllowed, maxLabelLength), "name a load balancer of the environment's configuration, or remove the key for "+DefaultLoadBalancer)
	}
	e.validateChoice("route.exposure", r.Exposure, "is not a kind of exposure", Exposures, ExposureShared)
	if e.given("route.by") && !e.rejected("route.by") {
		e.validateChoice("route.by", r.By, "is not a way to find a model", Bys, ByPath)
	}
	e.validatePaths()
	e.validateSubdomain()
	e.validateExposure()
	for i, namespace := range r.Namespaces {
		key := "route.namespaces." + strconv.Itoa(i)
		if !e.rejected(key) && !isLabel(namespace, maxLabelLength) {
			e.fault(e.origin(key), strconv.Quote(namespace)+" is not the name of a namespace", fmt.Sprintf(labelAllowed, maxLabelLength), "name the clients' namespace")
		}
	}
}

// validatePaths refuses other paths than those of the contract on a host that models share.
func (e *entry) validatePaths() {
	r, key := e.model.Route, "route.paths"
	if !e.given(key) || e.rejected(key) {
		return
	}
	e.validateChoice(key, r.Paths, "is not a set of paths", PathSets, PathsContract)
	if r.Paths == PathsAll && r.Exposure != ExposureNone && r.by() == ByPath {
		e.fault(e.origin(key), "is all, but the model has no host of its own", PathsContract, "write by: host or by: both, or remove the key")
	}
}

func (e *entry) validateSubdomain() {
	r, at := e.model.Route, e.origin("route.subdomain")
	given := e.given("route.subdomain") && !e.rejected("route.subdomain")
	switch {
	case given && r.Subdomain == SharedSubdomain:
		e.fault(at, strconv.Quote(r.Subdomain)+" is the shared host", "any other label", "remove the key to use the shared host")
	case given && !isLabel(r.Subdomain, maxLabelLength):
		e.fault(at, strconv.Quote(r.Subdomain)+" is not one host name label", fmt.Sprintf(labelAllowed, maxLabelLength), subdomainFix)
	case r.Subdomain == "" && r.by() != ByPath && e.model.Name == SharedSubdomain:
		e.fault(e.origin("route"), fmt.Sprintf("the host of the model would be that of the name, %q, which is the shared host", e.model.Name),
			"any other label", "set route.subdomain")
	}
}

// validateExposure refuses keys that contradict the exposure.
func (e *entry) validateExposure() {
	r := e.model.Route
	refuse := func(key, problem, fix string) {
		if e.given(key) && !e.rejected(key) {
			e.fault(e.origin(key), problem, "", fix)
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
