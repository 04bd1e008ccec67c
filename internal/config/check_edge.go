package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/edge"
	"github.com/modelway/modelway/internal/serving"
)

// checkHostedZones wants the zone of the domain where a certificate is requested, and one certificate only.
func checkHostedZones(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		balancer, at, request := c.LoadBalancers[name], balancersPath.At(name, "hostedZoneId"), balancersPath.At(name, "requestCertificate")
		switch zone := balancer.HostedZoneId; {
		case zone != "":
			faults = append(faults, c.of(balancersPath.At(name), edge.CheckZone(zone))...)
		case balancer.RequestCertificate:
			faults = append(faults, newFault(at, absent{}, Fault{
				Problem: "missing, but requestCertificate is true: the domain is proved by a record in its zone",
				Allowed: "the id of the public hosted zone of " + balancer.Domain,
				Fix:     either(remark(setFix(c.Environment, at, edge.ExampleZone), "your own zone"), removeFix(c.Environment, request)),
			}).AlsoReads(request))
		}
		if balancer.RequestCertificate && validDomain(balancer.Domain) {
			for _, fault := range c.of(balancersPath.At(name), edge.CheckDomain(balancer.Domain)) {
				faults = append(faults, fault.AlsoReads(request))
			}
		}
		if balancer.RequestCertificate && len(balancer.CertificateArns) > 0 {
			faults = append(faults, newFault(request, true, Fault{
				Problem: "true, but certificateArns names certificates as well",
				Allowed: "either of the two",
				Fix:     either(removeFix(c.Environment, request), removeFix(c.Environment, balancersPath.At(name, "certificateArns"))),
			}).AlsoReads(balancersPath.At(name, "certificateArns")))
		}
	}
	return faults
}

// checkSharedHosts refuses two load balancers whose shared host is one name in one zone: a name has one record there.
func checkSharedHosts(c Config) []Fault {
	var faults []Fault
	first := map[[2]string]string{}
	for _, name := range sortedKeys(c.LoadBalancers) {
		balancer, at := c.LoadBalancers[name], balancersPath.At(name, "domain")
		key := [2]string{balancer.HostedZoneId, balancer.Domain}
		earlier, taken := first[key]
		if balancer.HostedZoneId == "" || !taken {
			first[key] = name
			continue
		}
		faults = append(faults, newFault(at, balancer.Domain, Fault{
			Problem: fmt.Sprintf("the domain of %s in the same hosted zone, where api.%s has one record", balancersPath.At(earlier).Key(), balancer.Domain),
			Allowed: "each domain once per hosted zone",
			Fix:     setFix(c.Environment, at, name+"."+balancer.Domain),
		}).AlsoReads(balancersPath.At(name, "hostedZoneId"), balancersPath.At(earlier, "domain"), balancersPath.At(earlier, "hostedZoneId")))
	}
	return faults
}

// checkWebAcls wants regional web ACLs of the load balancer's region.
func checkWebAcls(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		arn, at := c.LoadBalancers[name].WebAclArn, balancersPath.At(name, "webAclArn")
		if problem := checkWebAclArn(arn, c.Region); arn != "" && arn != serving.WebAclNone && problem != "" {
			faults = append(faults, newFault(at, arn, Fault{
				Problem: problem,
				Allowed: aws.Arn(c.Region, "wafv2", c.Region, someAccount, "regional/webacl/<name>/<id>"),
				Fix:     remark(removeFix(c.Environment, at), "or write the ARN of a regional WAFv2 web ACL of "+c.Region),
			}).AlsoReads(path{RegionKey}))
		}
	}
	return faults
}

func checkWebAclArn(arn, region string) string {
	problem, _ := checkArn(aws.WebAclArn, arn, region, "not the ARN of a WAFv2 web ACL")
	switch {
	case problem != "":
		return problem
	case strings.Contains(arn, ":global/"):
		return "a web ACL for CloudFront; a load balancer takes a regional one"
	}
	return checkRegion(aws.WebAclArn, arn, region, "a web ACL")
}

// checkJwt wants an issuer with its keys, on a load balancer that speaks HTTPS.
func checkJwt(c Config) []Fault {
	var faults []Fault
	for _, name := range sortedKeys(c.LoadBalancers) {
		balancer := c.LoadBalancers[name]
		jwt, at := balancer.Jwt, balancersPath.At(name, "jwt")
		issuer, keys := at.At("issuer"), at.At("jwksUrl")
		switch {
		case jwt.Issuer == "" && (jwt.JwksUrl != "" || len(jwt.Claims) > 0):
			faults = append(faults, newFault(issuer, absent{}, Fault{
				Problem: "missing, so that no token is asked for",
				Allowed: "the claim iss of the tokens",
				Fix:     either(setFix(c.Environment, issuer, "https://login.company.com/"), removeFix(c.Environment, at)),
			}).AlsoReads(keys, at.At("claims")))
		case jwt.Issuer != "" && !httpsUrl(jwt.JwksUrl):
			faults = append(faults, newFault(keys, jwt.JwksUrl, Fault{
				Problem: "not an HTTPS address",
				Allowed: "https://<host>/<path> of the issuer's key set",
				Fix:     setFix(c.Environment, keys, "https://login.company.com/.well-known/jwks.json"),
			}))
		case jwt.Issuer != "" && !balancer.HasHTTPS():
			faults = append(faults, newFault(issuer, jwt.Issuer, Fault{
				Problem: "given, but no listener speaks HTTPS: a load balancer checks tokens there only",
				Allowed: "none without an HTTPS listener",
				Fix:     either(remark(setFix(c.Environment, balancersPath.At(name, "requestCertificate"), true), "HTTPS 443 then holds"), removeFix(c.Environment, at)),
			}).AlsoReads(balancersPath.At(name, "listeners"), balancersPath.At(name, "certificateArns")))
		case jwt.Issuer != "":
			for _, problem := range balancer.JwtValidation().Faults() {
				faults = append(faults, newFault(at, jwt, Fault{Problem: problem, Allowed: "what a load balancer takes",
					Fix: editFix(c.Environment, "correct it, or remove "+at.Key())}))
			}
		}
	}
	return faults
}

func httpsUrl(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Scheme == "https" && address.Host != "" && address.User == nil && address.Fragment == ""
}
