package alb

import (
	"slices"
	"strconv"
)

// dropRedirected leaves out the rules that LBC leaves out (pkg/ingress/rule_optimizer.go): redirects that would lead
// back to themselves, and rules behind a redirect that already takes their host and path. Both come from the old way to
// redirect to HTTPS, a catch-all redirect action on HTTP and HTTPS listeners alike.
func dropRedirected(l Listener, rules []ListenerRule) []ListenerRule {
	var kept []ListenerRule
	for _, rule := range rules {
		if loops(l, rule) || slices.ContainsFunc(kept, func(earlier ListenerRule) bool {
			return earlier.Action.Type == Redirect && listsAll(earlier.Conditions, rule.Conditions)
		}) {
			continue
		}
		kept = append(kept, rule)
	}
	return kept
}

// loops reports whether a redirect leads to an address that the rule matches again.
func loops(l Listener, rule ListenerRule) bool {
	if rule.Action.Type != Redirect {
		return false
	}
	hosts, paths, plain := hostsAndPaths(rule.Conditions)
	if !plain {
		return false
	}
	r := rule.Action.Redirect
	stays := func(value string, same ...string) bool { return value == "" || slices.Contains(same, value) }
	return stays(r.Host, append(hosts, "#{host}")...) &&
		stays(r.Path, append(paths, "/#{path}")...) &&
		stays(r.Port, strconv.Itoa(l.Port), "#{port}") &&
		stays(r.Protocol, l.Protocol, "#{protocol}") &&
		(r.Query == nil || *r.Query == "#{query}")
}

// hostsAndPaths gives the values of the host and path conditions; false when a path is a regular expression.
func hostsAndPaths(conditions []Condition) (hosts, paths []string, plain bool) {
	for _, c := range conditions {
		switch c.Field {
		case HostHeader:
			hosts = append(hosts, c.Values...)
		case PathPattern:
			if len(c.RegexValues) > 0 {
				return nil, nil, false
			}
			paths = append(paths, c.Values...)
		}
	}
	return hosts, paths, true
}

// listsAll reports whether conditions wide are about nothing but host and path, and list every host and path value of
// narrow. Values are compared as text, as LBC does it, so a wildcard counts only as itself or as the path /*.
func listsAll(wide, narrow []Condition) bool {
	hosts, paths := map[string]bool{}, map[string]bool{}
	for _, c := range wide {
		switch c.Field {
		case HostHeader:
			add(hosts, c.Values)
		case PathPattern:
			add(paths, slices.Concat(c.Values, c.RegexValues))
		default:
			return false
		}
	}
	hostsListed, pathsListed := len(hosts) == 0, len(paths) == 0 || paths["/*"]
	for _, c := range narrow {
		switch c.Field {
		case HostHeader:
			hostsListed = hostsListed || hasAll(hosts, c.Values)
		case PathPattern:
			pathsListed = pathsListed || hasAll(paths, slices.Concat(c.Values, c.RegexValues))
		}
	}
	return hostsListed && pathsListed
}

func add(set map[string]bool, values []string) {
	for _, v := range values {
		set[v] = true
	}
}

func hasAll(set map[string]bool, values []string) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !set[v] })
}
