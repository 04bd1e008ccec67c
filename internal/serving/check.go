package serving

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/rule"
)

var (
	listenersPath    = rule.Path{"listeners"}
	certificatesPath = rule.Path{"certificateArns"}
	requestPath      = rule.Path{"requestCertificate"}
	zonePath         = rule.Path{"hostedZoneId"}
	jwtPath          = rule.Path{"jwt"}
)

// maxListeners is how many listeners a load balancer has
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html).
const maxListeners = 50

// Check reports everything that AWS or the controller would refuse of a load balancer in a region.
func (b LoadBalancer) Check(region string) []rule.Fault {
	return slices.Concat(b.checkPurpose(), b.checkDomain(), b.checkServing(region), b.checkCertificates(region), b.checkZone())
}

// checkServing reports faults of what a class takes. Where the region is not known, nothing has to be of it.
func (b LoadBalancer) checkServing(region string) []rule.Fault {
	faults := append(rule.OneOf(schemePath, b.Scheme, Schemes...), rule.OneOf(rule.Path{"sslPolicy"}, b.SslPolicy, SslPolicies...)...)
	return slices.Concat(faults, b.checkListeners(), b.checkWebAcl(region), b.checkJwt())
}

// checkListeners reports ports that there are not, or that are taken.
func (b LoadBalancer) checkListeners() []rule.Fault {
	faults := rule.Count(listenersPath, b.Listeners, 1, maxListeners)
	first := map[int]int{}
	for i, listener := range b.Listeners {
		port := listenersPath.At(i, "port")
		faults = append(faults, rule.OneOf(listenersPath.At(i, "protocol"), listener.Protocol, alb.Protocols...)...)
		faults = append(faults, rule.Between(port, listener.Port, 1, 65535)...)
		if earlier, taken := first[listener.Port]; taken {
			faults = append(faults, rule.Fault{At: port, Given: listener.Port, Problem: "the port is taken by", Other: listenersPath.At(earlier),
				Allowed: "each port once per load balancer", Fixes: []rule.Fix{rule.Remove(listenersPath.At(i))}})
			continue
		}
		first[listener.Port] = i
	}
	return faults
}

// checkCertificates reports certificates where HTTPS is not spoken or of another region, none where it is, and both given and requested
// ones.
func (b LoadBalancer) checkCertificates(region string) []rule.Fault {
	var faults []rule.Fault
	own := func(at rule.Path) []rule.Fix {
		in := cmp.Or(region, "us-east-1")
		return []rule.Fix{rule.Set(at, aws.Arn(in, "acm", in, rule.ExampleAccount,
			"certificate/11111111-2222-3333-4444-555555555555")).Remarked("your own certificate")}
	}
	for i, arn := range b.CertificateArns {
		if problem := certificateProblem(arn, region); problem != "" {
			faults = append(faults, rule.Fault{At: certificatesPath.At(i), Given: arn, Problem: problem, OfRegion: true,
				Allowed: aws.Arn(region, "acm", region, rule.SomeAccount, "certificate/<id>"), Fixes: own(certificatesPath.At(i))})
		}
	}
	switch {
	case b.HasHTTPS() && !b.HasCertificate():
		faults = append(faults, rule.Fault{At: certificatesPath, Given: b.CertificateArns, Problem: "empty, but there is an HTTPS listener",
			Allowed: "at least one ACM certificate, or requestCertificate: true", Fixes: own(certificatesPath.At(0)),
			Reads: []rule.Path{listenersPath, requestPath}})
	case !b.HasHTTPS() && b.HasCertificate():
		faults = append(faults, rule.Fault{At: listenersPath, Given: b.Listeners, Problem: "no HTTPS listener for the certificates",
			Allowed: "at least one HTTPS listener where there are certificates", Reads: []rule.Path{certificatesPath, requestPath},
			Fixes: []rule.Fix{rule.Remove(listenersPath).Remarked("HTTPS 443 and HTTP 80 then hold")}})
	}
	if b.RequestCertificate && len(b.CertificateArns) > 0 {
		faults = append(faults, rule.Fault{At: requestPath, Given: true, Problem: "true, but certificateArns names certificates as well",
			Allowed: "either of the two", Fixes: []rule.Fix{rule.Remove(requestPath), rule.Remove(certificatesPath)},
			Reads: []rule.Path{certificatesPath}})
	}
	return faults
}

// certificateProblem says what is wrong with the ARN of a certificate for a load balancer of the region.
func certificateProblem(text, region string) string {
	if aws.ServerCertificateArn.MatchString(text) {
		problem, _ := aws.ServerCertificateArn.Problem(text, region, "")
		return problem
	}
	return regionalProblem(aws.CertificateArn, text, region, "not the ARN of an ACM certificate", "a certificate")
}

// regionalProblem says what is wrong with the ARN of what a load balancer of the region uses.
func regionalProblem(form aws.Form, text, region, not, what string) string {
	problem, _ := form.Problem(text, region, not)
	if parsed, ok := form.Parse(text); problem == "" && ok && region != "" && parsed.Region != region {
		return fmt.Sprintf("%s of %s, but a load balancer takes those of its own region, %s", what, parsed.Region, region)
	}
	return problem
}

// checkZone reports what is not a hosted zone, and a requested certificate without one or for a domain that ACM has none for.
func (b LoadBalancer) checkZone() []rule.Fault {
	var faults []rule.Fault
	switch {
	case b.HostedZoneId != "":
		faults = edge.CheckZone(b.HostedZoneId)
	case b.RequestCertificate:
		faults = []rule.Fault{{At: zonePath, Problem: "missing, but requestCertificate is true: the domain is proved by a record in its zone",
			Allowed: "the id of the public hosted zone of " + b.Domain,
			Fixes:   []rule.Fix{rule.Set(zonePath, edge.ExampleZone).Remarked("your own zone"), rule.Remove(requestPath)},
			Reads:   []rule.Path{requestPath}}}
	}
	if b.RequestCertificate && validDomain(b.Domain) {
		for _, fault := range edge.CheckDomain(b.Domain) {
			fault.Reads = append(fault.Reads, requestPath)
			faults = append(faults, fault)
		}
	}
	return faults
}

// checkWebAcl reports what is not a regional web ACL of the load balancer's region.
func (b LoadBalancer) checkWebAcl(region string) []rule.Fault {
	if b.WebAclArn == "" || b.WebAclArn == WebAclNone {
		return nil
	}
	problem := regionalProblem(aws.WebAclArn, b.WebAclArn, region, "not the ARN of a WAFv2 web ACL", "a web ACL")
	if strings.Contains(b.WebAclArn, ":global/") && aws.WebAclArn.MatchString(b.WebAclArn) {
		problem = "a web ACL for CloudFront; a load balancer takes a regional one"
	}
	if problem == "" {
		return nil
	}
	at := rule.Path{"webAclArn"}
	return []rule.Fault{{At: at, Given: b.WebAclArn, Problem: problem, Allowed: aws.Arn(region, "wafv2", region, rule.SomeAccount,
		"regional/webacl/<name>/<id>"),
		Fixes: []rule.Fix{rule.Remove(at).Remarked("or write the ARN of a regional WAFv2 web ACL of " + region)}, OfRegion: true}}
}

// checkJwt reports an issuer without its keys or without HTTPS, keys without an issuer, and what the load balancer would refuse.
func (b LoadBalancer) checkJwt() []rule.Fault {
	jwt, issuer, keys := b.Jwt, jwtPath.At("issuer"), jwtPath.At("jwksUrl")
	switch {
	case jwt.Issuer == "" && (jwt.JwksUrl != "" || len(jwt.Claims) > 0):
		return []rule.Fault{{At: issuer, Problem: "missing, so that no token is asked for", Allowed: "the claim iss of the tokens",
			Fixes: []rule.Fix{rule.Set(issuer, "https://login.company.com/"), rule.Remove(jwtPath)}, Reads: []rule.Path{keys, jwtPath.At("claims")}}}
	case jwt.Issuer == "":
		return nil
	case !httpsUrl(jwt.JwksUrl):
		return []rule.Fault{{At: keys, Given: jwt.JwksUrl, Problem: "not an HTTPS address",
			Allowed: "https://<host>/<path> of the issuer's key set",
			Fixes:   []rule.Fix{rule.Set(keys, "https://login.company.com/.well-known/jwks.json")}}}
	case !b.HasHTTPS():
		return []rule.Fault{{At: issuer, Given: jwt.Issuer,
			Problem: "given, but no listener speaks HTTPS: a load balancer checks tokens there only",
			Allowed: "none without an HTTPS listener", Reads: []rule.Path{listenersPath, certificatesPath},
			Fixes: []rule.Fix{rule.Set(requestPath, true).Remarked("HTTPS 443 then holds"), rule.Remove(jwtPath)}}}
	}
	var faults []rule.Fault
	for _, problem := range jwt.Validation().Faults() {
		faults = append(faults, rule.Fault{At: jwtPath, Given: jwt, Problem: problem, Allowed: "what a load balancer takes",
			Fixes: []rule.Fix{rule.Advise("correct it"), rule.Remove(jwtPath)}})
	}
	return faults
}

func httpsUrl(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Host != "" && address.User == nil && address.Fragment == ""
}
