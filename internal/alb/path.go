package alb

import (
	"fmt"
	"regexp"
	"strings"
)

// dnsName is a DNS-1123 subdomain, after "*." or not, as Kubernetes wants the host of an Ingress rule.
var dnsName = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// lettersAfterDot is what AWS wants of a host name besides: a dot with only letters behind the last one.
var lettersAfterDot = regexp.MustCompile(`\.[A-Za-z]+$`)

// checkHost refuses hosts that the API server or a host-header condition refuses; true when the host will do.
func (b *builder) checkHost(m member, host string) bool {
	switch {
	case host == "":
		return true
	case !dnsName.MatchString(host):
		b.refuse(m.key, InvalidHost, `host %q must be a lower-case DNS name, or "*." and a DNS name`, host)
	case !lettersAfterDot.MatchString(host) || len(host) > maxValueLength:
		b.refuse(m.key, InvalidHost, "host %q must have at most %d characters and a dot with only letters behind the last one, as in "+
			"api.example.com", host, maxValueLength)
	default:
		return true
	}
	return false
}

// pathCondition gives the path-pattern condition of a path as LBC makes it, nil for none; false when it is refused.
func (b *builder) pathCondition(m member, path Path) (*Condition, bool) {
	if reason := pathFault(path); reason != "" {
		b.refuse(m.key, InvalidPath, "path %q of pathType %q %s", path.Path, path.PathType, reason)
		return nil, false
	}
	if path.Path == "" {
		return nil, true
	}
	condition := Condition{Field: PathPattern}
	switch {
	case path.PathType == Prefix && path.Path == "/":
		condition.Values = []string{"/*"}
	case path.PathType == Prefix:
		trimmed := strings.TrimSuffix(path.Path, "/")
		condition.Values = []string{trimmed, trimmed + "/*"}
	case path.PathType == ImplementationSpecific && m.annotations.boolean(useRegexPathMatch):
		condition.RegexValues = []string{path.Path[1:]}
		b.checkAnchors(m, path)
	default:
		condition.Values = []string{path.Path}
	}
	ok := true
	condition.check(func(format string, args ...any) {
		ok = false
		b.refuse(m.key, InvalidPath, "path %q of pathType %q: %s", path.Path, path.PathType, fmt.Sprintf(format, args...))
	})
	return &condition, ok
}

// pathFault says what the API server or LBC refuses in a path, empty when nothing
// (https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types; LBC pkg/ingress/model_build_listener_rules.go).
func pathFault(path Path) string {
	switch path.PathType {
	case Exact, Prefix:
		for _, sequence := range []string{"//", "/./", "/../", "%2f", "%2F"} {
			if strings.Contains(path.Path, sequence) {
				return fmt.Sprintf("must not contain %q", sequence)
			}
		}
		if strings.HasSuffix(path.Path, "/.") || strings.HasSuffix(path.Path, "/..") {
			return "must not end with a relative element"
		}
		if strings.ContainsAny(path.Path, "*?") {
			return "must not contain wildcards; use pathType ImplementationSpecific for an ALB path pattern"
		}
	case ImplementationSpecific:
		if path.Path == "" {
			return ""
		}
	default:
		return "must have pathType Exact, Prefix or ImplementationSpecific"
	}
	if !strings.HasPrefix(path.Path, "/") {
		return `must start with "/"`
	}
	return ""
}

// checkAnchors reports a regex path that is not tied to both ends of the request path.
func (b *builder) checkAnchors(m member, path Path) {
	if expression := path.Path[1:]; !strings.HasPrefix(expression, "^") || !strings.HasSuffix(expression, "$") {
		b.warn(m.key, InvalidPath, "regex path %q may match more than the whole path; write it as /^...$ (the leading slash is dropped)",
			path.Path)
	}
}
