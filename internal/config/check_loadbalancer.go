package config

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Longest names, so that what is derived from them still fits: a load balancer's name has 32 characters, and a host in an ALB
// rule has 128, of which the shared host takes "api.".
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html)
const (
	maxBalancerName = 32
	maxDomain       = 128 - len("api.")
)

var balancersPath = path{"loadBalancers"}

// checkSomeLoadBalancer wants a way in.
func checkSomeLoadBalancer(c Config) []Fault {
	if len(c.LoadBalancers) > 0 {
		return nil
	}
	return []Fault{newFault(balancersPath, absent{}, Fault{
		Problem: "no load balancer: no request could reach a model",
		Allowed: "at least one, by name",
		Fix:     setFix(c.Environment, balancersPath.At("public", "domain"), "company.com"),
	})}
}

// checkLoadBalancerNames wants names that can be parts of other names.
func checkLoadBalancerNames(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		if aws.DnsLabel.MatchString(name) && len(name) <= maxBalancerName {
			continue
		}
		proposed := rule.Slug(name)
		faults = append(faults, newFault(balancersPath.At(name), absent{}, Fault{
			Problem: "not a valid name",
			Allowed: fmt.Sprintf("lower case letters, digits and hyphens, starting and ending with a letter or digit, at most %d characters", maxBalancerName),
			Fix:     editFix(c.Environment, fmt.Sprintf("rename it to %s", proposed[:min(len(proposed), maxBalancerName)])),
		}))
	}
	return faults
}

var domainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)

// checkDomains wants DNS names of two labels or more, or localhost.
func checkDomains(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		at, domain := balancersPath.At(name, "domain"), c.LoadBalancers[name].Domain
		if validDomain(domain) {
			continue
		}
		faults = append(faults, newFault(at, domain, Fault{
			Problem: "not a DNS domain",
			Allowed: fmt.Sprintf("a name such as company.com in lower case, without scheme, port, path or wildcard, at most %d characters", maxDomain),
			Fix:     setFix(c.Environment, at, proposeDomain(domain)),
		}))
	}
	return faults
}

func validDomain(domain string) bool {
	return domainName.MatchString(domain) && len(domain) <= maxDomain && (strings.Contains(domain, ".") || domain == "localhost")
}

// proposeDomain makes a domain of what people write in its place: URLs, host and port, upper case, wildcards.
func proposeDomain(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	if _, rest, found := strings.Cut(text, "://"); found {
		text = rest
	}
	text, _, _ = strings.Cut(text, "/")
	text, _, _ = strings.Cut(text, ":")
	text = strings.Trim(strings.TrimPrefix(text, "*."), ".")
	if rest, shared := strings.CutPrefix(text, "api."); shared && strings.Contains(rest, ".") {
		text = rest
	}
	switch {
	case !domainName.MatchString(text) || len(text) > maxDomain:
		return "company.com"
	case !strings.Contains(text, "."):
		return text + ".com"
	}
	return text
}

// checkListenerPorts wants every port once per load balancer.
func checkListenerPorts(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		first := map[int]int{}
		for i, listener := range c.LoadBalancers[name].Listeners {
			at := balancersPath.At(name, "listeners", i, "port")
			if earlier, taken := first[listener.Port]; taken {
				faults = append(faults, newFault(at, listener.Port, Fault{
					Problem: "the port is taken by " + balancersPath.At(name, "listeners", earlier).Key(),
					Allowed: "each port once per load balancer",
					Fix:     removeFix(c.Environment, balancersPath.At(name, "listeners", i)),
				}))
				continue
			}
			first[listener.Port] = i
		}
	}
	return faults
}

// checkCertificates wants certificates exactly where HTTPS is spoken, and from the load balancer's region.
func checkCertificates(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		balancer, at := c.LoadBalancers[name], balancersPath.At(name, "certificateArns")
		listeners := balancersPath.At(name, "listeners")
		for i, arn := range balancer.CertificateArns {
			if problem := checkCertificateArn(arn, c.Region); problem != "" {
				faults = append(faults, newFault(at.At(i), arn, Fault{
					Problem: problem,
					Allowed: aws.Arn(c.Region, "acm", c.Region, someAccount, "certificate/<id>"),
					Fix:     ownCertificate(c, at.At(i)),
				}).AlsoReads(path{RegionKey}))
			}
		}
		switch {
		case balancer.HasHTTPS() && !balancer.HasCertificate():
			faults = append(faults, newFault(at, balancer.CertificateArns, Fault{
				Problem: "empty, but there is an HTTPS listener",
				Allowed: "at least one ACM certificate, or requestCertificate: true",
				Fix:     ownCertificate(c, at.At(0)),
			}).AlsoReads(listeners, balancersPath.At(name, "requestCertificate")))
		case !balancer.HasHTTPS() && balancer.HasCertificate():
			faults = append(faults, newFault(listeners, balancer.Listeners, Fault{
				Problem: "no HTTPS listener for the certificates",
				Allowed: "at least one HTTPS listener where there are certificates",
				Fix:     remark(removeFix(c.Environment, listeners), "HTTPS 443 and HTTP 80 then hold"),
			}).AlsoReads(at, balancersPath.At(name, "requestCertificate")))
		}
	}
	return faults
}

// ownCertificate returns the command that sets a certificate.
func ownCertificate(c Config, at path) string {
	region := cmp.Or(c.Region, "us-east-1")
	arn := aws.Arn(region, "acm", region, exampleAccount, "certificate/11111111-2222-3333-4444-555555555555")
	return remark(setFix(c.Environment, at, arn), "your own certificate")
}
