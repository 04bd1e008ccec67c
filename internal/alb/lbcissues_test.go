package alb

import (
	"strings"
	"testing"
)

// TestIssuesOfUsers gives Ingresses as they were in issues of https://github.com/kubernetes-sigs/aws-load-balancer-controller, by number.
// Each fault names the Ingress, where the controller stopped for the whole group or left the Ingress without a rule.
func TestIssuesOfUsers(t *testing.T) {
	plain := ClassParams{Name: "public", Group: "public"} // without settings, so that the annotations of Ingresses count
	const policy, certificate = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "arn:aws:acm:us-east-1:111122223333:certificate/a"
	https := ListenPorts([]Listener{{"HTTPS", 443}})
	at := func(name string, pairs ...string) Ingress {
		return route(name, name+".io", "/", Prefix).annotated(pairs...)
	}
	secure := at("a", listenPorts, https, certificateArn, certificate, sslPolicy, policy, scheme, "internet-facing")
	redirecting := secure.annotated(sslRedirectPort, "443")
	host := strings.Repeat("very-", 30) + "long-name-ingress.foo.bar"
	onHTTP := `warning missing-listener ingress models/b: opens no listener but those that redirect to port 443, so none has its rules; add {"HTTPS":443} to annotation alb.ingress.kubernetes.io/listen-ports`
	check(t, map[string]faultCase{
		"3790, 4597: no certificate": {params: plain, ingresses: []Ingress{at("good"), at("bad", listenPorts, https)}, want: []string{
			`REFUSED missing-certificate ingress models/bad: listener HTTPS:443 has no certificate; set certificateArn in the IngressClassParams of class "public"`,
		}},
		"3870: a Secret, of which nothing is known": {ingresses: []Ingress{at("good"), at("bad", authType, "oidc")}, want: []string{
			`warning not-modelled ingress models/bad: annotation alb.ingress.kubernetes.io/auth-type is not accounted for here; LBC does apply it`,
		}},
		"3943: a host that is too long": {ingresses: []Ingress{at("good"), route("bad", host, "/", Prefix)}, want: []string{
			`REFUSED invalid-host ingress models/bad: host "` + host +
				`" must have at most 128 characters and a dot with only letters behind the last one, as in api.example.com`,
		}},
		"3262: two TLS policies": {params: plain, ingresses: []Ingress{secure, at("b", listenPorts, https, certificateArn, certificate, sslPolicy,
			"ELBSecurityPolicy-FS-1-2-Res-2020-10")}, want: []string{
			`REFUSED conflicting-setting ingress models/b: annotation alb.ingress.kubernetes.io/ssl-policy is "ELBSecurityPolicy-FS-1-2-Res-2020-10" here and "` + policy + `" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`,
		}},
		"1816: another scheme": {params: plain, ingresses: []Ingress{secure, at("b", listenPorts, https, certificateArn, certificate, scheme,
			"internal")}, want: []string{
			`REFUSED conflicting-setting ingress models/b: annotation alb.ingress.kubernetes.io/scheme is "internal" here and "internet-facing" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`,
		}},
		"4412: nothing but the group": {params: plain, ingresses: []Ingress{redirecting.annotated(groupName, "public"),
			at("b", groupName, "public")}, want: []string{onHTTP}},
		"3098: an order, and no ports": {params: plain, ingresses: []Ingress{redirecting.annotated(groupOrder, "10"), at("b", groupOrder, "20")},
			want: []string{onHTTP}},
		"3098: with ports": {params: plain, ingresses: []Ingress{redirecting.annotated(groupOrder, "10", listenPorts,
			ListenPorts(tlsClass.Listeners)), at("b", groupOrder, "20", listenPorts, https, certificateArn, certificate)}},
		"2731, 2750: a class that is gone": {ingresses: []Ingress{at("good"), {Namespace: "models", Name: "bad", ClassName: "gone",
			Rules: at("bad").Rules}}, want: []string{
			`REFUSED conflicting-group ingress models/bad: is of class "gone", and class "public" is being built`,
		}},
	})
}
