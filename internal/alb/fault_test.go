package alb

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// faultCase is an input and the one fault that it must give, as "REFUSED" or "warning", code, ingress and message.
type faultCase struct {
	params    ClassParams
	ingresses []Ingress
	options   []Option
	want      []string
}

func (f Fault) line() string {
	kind := "warning"
	if f.Refused {
		kind = "REFUSED"
	}
	return fmt.Sprintf("%s %s %s", kind, f.Code, f.Error())
}

func check(t *testing.T, cases map[string]faultCase) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.params.Name == "" {
				c.params = publicClass
			}
			_, err := Build(c.params, c.ingresses, c.options...)
			var got []string
			for _, fault := range FaultsOf(err) {
				got = append(got, fault.line())
			}
			require.Equal(t, c.want, got)
		})
	}
}

// withAnnotation is one plain Ingress with annotations, and the fault that they give.
func withAnnotation(want string, pairs ...string) faultCase {
	return faultCase{ingresses: []Ingress{route("s", "", "/", Prefix).annotated(pairs...)}, want: []string{want}}
}

// onPath is one Ingress with one path, and the fault that it gives.
func onPath(host, path, pathType, want string) faultCase {
	return faultCase{ingresses: []Ingress{route("s", host, path, pathType)}, want: []string{want}}
}

func TestFaultsOfHostsAndPaths(t *testing.T) {
	long := "/" + strings.Repeat("a", 130)
	check(t, map[string]faultCase{
		"relative": onPath("", "v1", Exact, `REFUSED invalid-path ingress models/s: path "v1" of pathType "Exact" must start with "/"`),
		"relative pattern": onPath("", "*", ImplementationSpecific,
			`REFUSED invalid-path ingress models/s: path "*" of pathType "ImplementationSpecific" must start with "/"`),
		"empty exact": onPath("", "", Exact, `REFUSED invalid-path ingress models/s: path "" of pathType "Exact" must start with "/"`),
		"wildcard exact": onPath(
			"", "/a*", Exact, `REFUSED invalid-path ingress models/s: path "/a*" of pathType "Exact" must not contain wildcards; use pathType ImplementationSpecific for an ALB path pattern`),
		"wildcard prefix": onPath(
			"", "/a?", Prefix, `REFUSED invalid-path ingress models/s: path "/a?" of pathType "Prefix" must not contain wildcards; use pathType ImplementationSpecific for an ALB path pattern`),
		"double slash": onPath(
			"", "/a//b", Prefix, `REFUSED invalid-path ingress models/s: path "/a//b" of pathType "Prefix" must not contain "//"`),
		"encoded slash": onPath(
			"", "/a%2Fb", Exact, `REFUSED invalid-path ingress models/s: path "/a%2Fb" of pathType "Exact" must not contain "%2F"`),
		"relative end": onPath(
			"", "/a/..", Exact, `REFUSED invalid-path ingress models/s: path "/a/.." of pathType "Exact" must not end with a relative element`),
		"no type": onPath(
			"", "/a", "", `REFUSED invalid-path ingress models/s: path "/a" of pathType "" must have pathType Exact, Prefix or ImplementationSpecific`),
		"unknown type": onPath(
			"", "/a", "Regex", `REFUSED invalid-path ingress models/s: path "/a" of pathType "Regex" must have pathType Exact, Prefix or ImplementationSpecific`),
		"character": onPath(
			"", "/a b", Exact, `REFUSED invalid-path ingress models/s: path "/a b" of pathType "Exact": path-pattern value "/a b" may hold letters, digits, and _ - . $ / ~ " ' @ : + & * ?`),
		"too long": onPath("", long, Exact, fmt.Sprintf(
			`REFUSED invalid-path ingress models/s: path %q of pathType "Exact": path-pattern value %q has 131 characters and must have 1..128`,
			long, long)),
		"wildcards": onPath("", "/*/*/*/*/*/*", ImplementationSpecific,
			`REFUSED quota-exceeded ingress models/s: ImplementationSpecific path "/*/*/*/*/*/*" on any host has 6 wildcards and a rule may have 5; use fewer or a regex path`),
		"upper-case host": onPath("API.company.com", "/", Prefix,
			`REFUSED invalid-host ingress models/s: host "API.company.com" must be a lower-case DNS name, or "*." and a DNS name`),
		"inner wildcard": onPath(
			"a.*.com", "/", Prefix, `REFUSED invalid-host ingress models/s: host "a.*.com" must be a lower-case DNS name, or "*." and a DNS name`),
		"host with port": onPath("api.localhost:8080", "/", Prefix,
			`REFUSED invalid-host ingress models/s: host "api.localhost:8080" must be a lower-case DNS name, or "*." and a DNS name`),
		"host without dot": onPath("localhost", "/", Prefix,
			`REFUSED invalid-host ingress models/s: host "localhost" must have at most 128 characters and a dot with only letters behind the last one, as in api.example.com`),
		"address": onPath("10.0.0.1", "/", Prefix,
			`REFUSED invalid-host ingress models/s: host "10.0.0.1" must have at most 128 characters and a dot with only letters behind the last one, as in api.example.com`),
		"loose regex": {ingresses: []Ingress{route("s", "", "/^/v1/x", ImplementationSpecific).annotated(useRegexPathMatch, "true")},
			want: []string{`warning invalid-path ingress models/s: regex path "/^/v1/x" may match more than the whole path; write it as /^...$ (the leading slash is dropped)`}},
		"regex flag": {ingresses: []Ingress{route("s", "", "/a", ImplementationSpecific).annotated(useRegexPathMatch, "yes")},
			want: []string{`REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/use-regex-path-match "yes" must be "true" or "false"`}},
		"lookahead": {ingresses: []Ingress{route("s", "", "/^/v1/(?!x)$", ImplementationSpecific).annotated(useRegexPathMatch, "true")},
			want: []string{`REFUSED invalid-path ingress models/s: path "/^/v1/(?!x)$" of pathType "ImplementationSpecific": path-pattern regex "^/v1/(?!x)$" must be a regular expression of 1..128 characters without lookaround, backreferences and Unicode character classes`}},
	})
}

func TestFaultsOfBackends(t *testing.T) {
	service := Service{Namespace: "models", Name: "s", Ports: []ServicePort{{Name: "http", Port: 8080}, {Port: 9090}}}
	backend := func(b Backend) []Ingress { return []Ingress{ingress("i", Rule{"", []Path{{"/", Prefix, b}}})} }
	check(t, map[string]faultCase{
		"no port": {ingresses: backend(Backend{"s", ""}),
			want: []string{`REFUSED invalid-backend ingress models/i: backend service "s" port "" must have both a service name and a port`}},
		"no service": {ingresses: backend(Backend{"", "80"}),
			want: []string{`REFUSED invalid-backend ingress models/i: backend service "" port "80" must have both a service name and a port`}},
		"port range": {ingresses: backend(Backend{"s", "70000"}),
			want: []string{`REFUSED invalid-backend ingress models/i: backend service "s" port 70000 must be within 1..65535`}},
		"service name": {ingresses: backend(Backend{"Churn", "80"}),
			want: []string{`REFUSED invalid-name ingress models/i: backend service "Churn" must be a DNS label: 1..63 lower-case letters, digits and hyphens, starting with a letter`}},
		"lacks port": {ingresses: backend(Backend{"s", "80"}), options: []Option{WithServices(service)},
			want: []string{`REFUSED invalid-backend ingress models/i: Service models/s has no port "80"; it has [8080 (http) 9090]`}},
		"missing": {ingresses: backend(Backend{"t", "80"}), options: []Option{WithServices(service)},
			want: []string{`warning missing-backend ingress models/i: Service models/t does not exist; LBC answers 503 until it does`}},
		"health port": {ingresses: []Ingress{backend(Backend{"s", "http"})[0].annotated(healthcheckPort, "status")},
			options: []Option{WithServices(service)},
			want:    []string{`REFUSED invalid-annotation ingress models/i: annotation alb.ingress.kubernetes.io/healthcheck-port "status" must be traffic-port, a port number, or the name of a port of Service models/s`}},
		"missing action": {ingresses: backend(Backend{"split", UseAnnotation}),
			want: []string{`warning missing-backend ingress models/i: a backend names action "split", and there is no annotation alb.ingress.kubernetes.io/actions.split; LBC answers 503 until there is`}},
	})
}

func TestFaultsOfTheGroup(t *testing.T) {
	long := strings.Repeat("n", 64)
	ungrouped := ClassParams{Name: "public"}
	inOther := model("churn")
	inOther.ClassName = "internal"
	noNamespace := model("churn")
	noNamespace.Namespace = long
	withDefault := func(name string) Ingress {
		i := ingress(name)
		i.DefaultBackend = &Backend{name, "80"}
		return i
	}
	check(t, map[string]faultCase{
		"group name": {params: ClassParams{Name: "public", Group: "Public"},
			want: []string{`REFUSED invalid-name load balancer of class "public": group name "Public" must be 1..63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends`}},
		"group length": {params: ClassParams{Name: "public", Group: long},
			want: []string{`REFUSED invalid-name load balancer of class "public": group name "` + long +
				`" must be 1..63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends`}},
		"lb name": {params: ClassParams{Name: "public", LoadBalancerName: "internal-x"},
			want: []string{`REFUSED invalid-name load balancer of class "public": name "internal-x" must be 1..32 letters, digits and hyphens, not start or end with a hyphen, and not start with "internal-"`}},
		"scheme": {params: ClassParams{Name: "public", Scheme: "external"},
			want: []string{`REFUSED invalid-class-params load balancer of class "public": scheme "external" must be one of internet-facing, internal`}},
		"ip address type": {params: ClassParams{Name: "public", IpAddressType: "ipv6"},
			want: []string{`REFUSED invalid-class-params load balancer of class "public": ipAddressType "ipv6" must be one of ipv4, dualstack, dualstack-without-public-ipv4`}},
		"target type": {params: ClassParams{Name: "public", TargetType: "pod"},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": targetType "pod" must be one of ip, instance`}},
		"redirect port": {params: ClassParams{Name: "public", SslRedirectPort: -1},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": sslRedirectPort -1 must be within 1..65535, or 0 for none`}},
		"certificate": {params: ClassParams{Name: "public", CertificateArns: []string{"cert"}},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": certificateArn "cert" must be the ARN of a certificate in ACM or IAM`}},
		"listeners": {params: ClassParams{Name: "public", Listeners: []Listener{{"TCP", 0}}},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": listeners: port 0 must be within 1..65535`,
				`REFUSED invalid-class-params IngressClassParams of class "public": listeners: protocol "TCP" must be one of HTTP, HTTPS`}},
		"one subnet": {params: ClassParams{Name: "public", SubnetIds: []string{"subnet-1"}},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": subnets.ids ["subnet-1"] must be at least two different subnets, or none for discovery by tags`}},
		"same subnet": {params: ClassParams{Name: "public", SubnetIds: []string{"subnet-1", "subnet-2", "subnet-1"}},
			want: []string{`REFUSED invalid-class-params IngressClassParams of class "public": subnets.ids ["subnet-1" "subnet-2" "subnet-1"] must be at least two different subnets, or none for discovery by tags`}},
		"other class": {ingresses: []Ingress{inOther}, want: []string{`REFUSED conflicting-group ingress models/churn: is of class "internal", and class "public" is being built`}},
		"twice": {ingresses: []Ingress{model("churn"), model("churn")},
			want: []string{`REFUSED conflicting-group ingress models/churn: is given twice; names are unique in a namespace`}},
		"no group": {params: ungrouped, ingresses: []Ingress{model("a"), model("b").annotated(groupName, "g")},
			want: []string{`REFUSED conflicting-group ingress models/a: has no group, so LBC gives it a load balancer of its own; set group in the IngressClassParams of class "public", or build it alone`}},
		"two groups": {params: ungrouped, ingresses: []Ingress{model("a").annotated(groupName, "f"), model("b").annotated(groupName, "g")},
			want: []string{`REFUSED conflicting-setting ingress models/b: annotation alb.ingress.kubernetes.io/group.name is "g" here and "f" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`}},
		"long name alone": {params: ungrouped, ingresses: []Ingress{ingress(long)},
			want: []string{`REFUSED invalid-name ingress models/` + long + `: name "` + long +
				`" has 64 characters and must be 1..63 lower-case letters, digits, hyphens and dots, because LBC uses the name of an Ingress without group as a label value`}},
		"long name in a group": {ingresses: []Ingress{ingress(long)}, want: nil},
		"long namespace": {ingresses: []Ingress{noNamespace}, want: []string{`REFUSED invalid-name ingress ` + long +
			`/churn: namespace "` + long + `" must be 1..63 lower-case letters, digits and hyphens`}},
		"two defaults": {ingresses: []Ingress{withDefault("b"), withDefault("a")},
			want: []string{`REFUSED conflicting-setting ingress models/b: has a default backend, and so has ingress models/a; a listener can have one, so keep it in one Ingress`}},
		"order text": withAnnotation(
			`REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/group.order "first" must be an integer within -1000..1000`, groupOrder, "first"),
		"order range": withAnnotation(
			`REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/group.order "1001" must be an integer within -1000..1000`, groupOrder, "1001"),
	})
}

func TestAllFaultsAreReportedTogether(t *testing.T) {
	_, err := Build(ClassParams{Name: "public", Group: "G"}, []Ingress{
		route("b", "B", "x", "Y"),
		route("a", "", "/*", Exact).annotated(listenPorts, "80", healthcheckPath, "x"),
	})
	require.ErrorContains(t, err, "ingress models/b: ")
	require.Len(t, FaultsOf(fmt.Errorf("checking: %w", err)), 4)
	require.True(t, Refused(err))
	var one Fault
	require.True(t, errors.As(err, &one))
	require.False(t, Refused(nil))
	require.False(t, Refused(errors.New("other")))
}
