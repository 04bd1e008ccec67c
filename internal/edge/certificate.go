// Package edge decides under which names load balancers answer: certificates and DNS names.
package edge

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

const (
	// Wildcard begins a name that stands for all names one label longer.
	Wildcard = "*."
	// maxCertificateName is the limit of a certificate's first name
	// (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html).
	maxCertificateName = 64
	// maxName is the limit of a DNS name.
	maxName = 253
	// ExampleZone is an id to show in place of a wrong one.
	ExampleZone = "Z0123456789ABCDEFGHIJ"
)

// dnsName has two labels or more, in lower case, so that a name is written in one way.
var dnsName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// IsHost reports whether a DNS record can have the name, whose first label may be a star.
func IsHost(host string) bool {
	return dnsName.MatchString(strings.TrimPrefix(host, Wildcard)) && len(host) <= maxName
}

// CheckDomain reports a domain for whose hosts, Wildcard and the domain, ACM issues no certificate.
func CheckDomain(domain string) []rule.Fault {
	at, room := rule.Path{"domain"}, maxCertificateName-len(Wildcard)
	fault := rule.Fault{At: at, Given: domain, Allowed: fmt.Sprintf("a name such as company.com in lower case, at most %d characters", room)}
	switch {
	case strings.HasPrefix(domain, Wildcard):
		fault.Problem, fault.Fixes = fmt.Sprintf("begins with %s, which the certificate adds", Wildcard),
			[]rule.Fix{rule.Set(at, strings.TrimPrefix(domain, Wildcard))}
	case !dnsName.MatchString(domain):
		fault.Problem, fault.Fixes = "not a DNS name of two labels or more, for which alone there are certificates",
			[]rule.Fix{rule.Set(at, "company.com")}
	case len(domain) > room:
		fault.Problem = fmt.Sprintf("%d characters: a certificate for %s<domain> has room for %d", len(domain), Wildcard, room)
		fault.Fixes = []rule.Fix{rule.Advise("use a shorter domain, or a certificate of your own")}
	default:
		return nil
	}
	return []rule.Fault{fault}
}

// CheckZone reports what is not the id of a hosted zone.
func CheckZone(id string) []rule.Fault {
	if aws.HostedZoneId.MatchString(id) {
		return nil
	}
	at, proposed := rule.Path{"hostedZoneId"}, strings.ToUpper(id[strings.LastIndex(id, "/")+1:])
	if !aws.HostedZoneId.MatchString(proposed) {
		proposed = ExampleZone
	}
	return []rule.Fault{{At: at, Given: id, Problem: "not the id of a Route 53 hosted zone",
		Allowed: "Z and up to 31 capital letters and digits, without /hostedzone/", Fixes: []rule.Fix{rule.Set(at, proposed)}}}
}
