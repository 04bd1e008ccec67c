package alb

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// Both HTTP2 and GRPC need a listener for HTTPS (https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2214).
func TestProtocolVersionsNeedHTTPS(t *testing.T) {
	versioned := func(version string, pairs ...string) Ingress {
		return route("s", "", "/", Prefix).annotated(append(pairs, backendProtocolVersion, version)...)
	}
	refused := func(version string) string {
		return `REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/backend-protocol-version "` + version +
			`" of Service models/s on listener HTTP:80: Listener protocol 'HTTP' is not supported with a target group with the protocol-version '` +
			version +
			`' (InvalidLoadBalancerAction of AWS); open HTTPS listeners only, or redirect HTTP to HTTPS, or use HTTP1`
	}
	secure := ClassParams{Name: "public", Group: "public", CertificateArns: []string{"arn:a"}}
	split := `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"s","servicePort":"80","weight":1},{"serviceName":"t","servicePort":"80","weight":1}]}}`
	byDefault := versioned("GRPC")
	byDefault.Rules, byDefault.DefaultBackend = nil, &Backend{"s", "80"}
	check(t, map[string]faultCase{
		"GRPC on HTTP":  {ingresses: []Ingress{versioned("GRPC")}, want: []string{refused("GRPC")}},
		"HTTP2 on HTTP": {ingresses: []Ingress{versioned("HTTP2")}, want: []string{refused("HTTP2")}},
		"HTTP1 on HTTP": {ingresses: []Ingress{versioned("HTTP1")}},
		"on both": {params: secure, ingresses: []Ingress{versioned("GRPC", listenPorts, ListenPorts(tlsClass.Listeners))},
			want: []string{refused("GRPC")}},
		"on HTTPS":               {params: secure, ingresses: []Ingress{versioned("GRPC", listenPorts, ListenPorts([]Listener{{"HTTPS", 443}}))}},
		"on HTTP that redirects": {params: tlsClass, ingresses: []Ingress{versioned("GRPC", listenPorts, ListenPorts(tlsClass.Listeners))}},
		"of the default backend": {ingresses: []Ingress{byDefault}, want: []string{refused("GRPC")}},
		"in a split": {ingresses: []Ingress{acting(split, backendProtocolVersion, "GRPC")}, want: []string{
			`REFUSED invalid-annotation ingress models/i: annotation alb.ingress.kubernetes.io/backend-protocol-version "GRPC" of Service models/s on listener HTTP:80: Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC' (InvalidLoadBalancerAction of AWS); open HTTPS listeners only, or redirect HTTP to HTTPS, or use HTTP1`,
			`REFUSED invalid-annotation ingress models/i: annotation alb.ingress.kubernetes.io/backend-protocol-version "GRPC" of Service models/t on listener HTTP:80: Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC' (InvalidLoadBalancerAction of AWS); open HTTPS listeners only, or redirect HTTP to HTTPS, or use HTTP1`,
		}},
	})
}

func TestUnicodeClassesAreRefused(t *testing.T) {
	for expression, allowed := range map[string]bool{
		`^/a$`: true, `^/\\p{2}$`: true, `^/[[:alpha:]]\d\w$`: true, `^/\.p$`: true,
		`^/\p{L}$`: false, `^/\PL$`: false, `^/[\p{Greek}]$`: false, `^/\\\pN$`: false, `(`: false,
	} {
		_, err := compile(expression)
		require.Equal(t, allowed, err == nil, expression)
	}
	for _, i := range []Ingress{
		route("s", "", `/^/\p{L}$`, ImplementationSpecific).annotated(useRegexPathMatch, "true"),
		route("s", "", "/", Prefix).annotated(conditionsPrefix+"s",
			`[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X","regexValues":["\\p{L}"]}}]`),
		route("s", "", "/", Prefix).annotated(transformsPrefix+"s",
			`[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"\\p{L}","replace":"a"}]}}]`),
		route("s", "", "/", Prefix).annotated(transformsPrefix+"s",
			`[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"(?=a)","replace":"a"}]}}]`),
	} {
		_, err := Build(publicClass, []Ingress{i})
		require.True(t, Refused(err), i)
		require.ErrorContains(t, err, "Unicode character classes")
	}
}

func TestAttributesThatAWSRefuses(t *testing.T) {
	const unknown = " attribute key 'k' is not recognized (ValidationError of AWS); correct or remove it"
	attribute := func(annotation, value, fault string) faultCase {
		return withAnnotation("REFUSED invalid-annotation ingress models/s: annotation "+annotation+": "+fault, annotation, value)
	}
	class := func(params ClassParams, fault string) faultCase {
		params.Name, params.Group = "public", "public"
		return faultCase{params: params, ingresses: []Ingress{route("s", "", "/", Prefix)}, want: []string{"REFUSED invalid-class-params " +
			fault}}
	}
	of := func(pairs ...string) map[string]string { return map[string]string{pairs[0]: pairs[1]} }
	check(t, map[string]faultCase{
		"load balancer": attribute(loadBalancerAttributes, "k=1", "Load balancer"+unknown),
		"load balancer of others": attribute(loadBalancerAttributes, "dns_record.client_routing_policy=any_availability_zone",
			"Load balancer attribute key 'dns_record.client_routing_policy' is not recognized (ValidationError of AWS); correct or remove it"),
		"idle timeout": attribute(loadBalancerAttributes, "idle_timeout.timeout_seconds=4001",
			`idle_timeout.timeout_seconds "4001" must be an integer within 1..4000`),
		"mode": attribute(loadBalancerAttributes, ForwardedForMode+"=drop", ForwardedForMode+
			` "drop" must be one of append, preserve, remove`),
		"listener":          attribute(listenerAttributes+"HTTP-80", "k=1", "Listener"+unknown),
		"listener's server": attribute(listenerAttributes+"HTTP-80", ServerHeader+"=off", ServerHeader+` "off" must be one of true, false`),
		"target group":      attribute(targetGroupAttributes, "k=1", "Target group"+unknown),
		"class": class(ClassParams{Attributes: of("k", "1")},
			`IngressClassParams of class "public": loadBalancerAttributes: Load balancer`+unknown),
		"class, listener": class(ClassParams{ListenerAttributes: map[Listener]map[string]string{{"HTTP", 80}: of("k", "1")}},
			`IngressClassParams of class "public": listeners: HTTP:80: Listener`+unknown),
		"logs without bucket": class(ClassParams{Attributes: of("access_logs.s3.enabled", "true")},
			`load balancer of class "public": access_logs.s3.enabled is true and access_logs.s3.bucket is not set; name the bucket`),
	})
	require.Len(t, LoadBalancerAttributeFaults(map[string]string{"k": "1", "connection_logs.s3.enabled": "true"}), 2)
	require.Empty(t, LoadBalancerAttributeFaults(nil))
}

// LBC pkg/ingress/model_build_listener.go (buildIngressGroupListenerAttributes): the class beats the annotation, also a malformed value.
func TestListenerAttributes(t *testing.T) {
	params := publicClass
	params.ListenerAttributes = map[Listener]map[string]string{{"HTTP", 80}: {ServerHeader: "false"}, {"HTTPS", 443}: {ServerHeader: "true"}}
	nosniff := "routing.http.response.x_content_type_options.header_value"
	l := mustBuild(t, params, route("s", "", "/", Prefix).annotated(listenerAttributes+"HTTP-80", ServerHeader+"=x,"+nosniff+
		"=nosniff")).Listeners[0]
	require.Equal(t, map[string]string{ServerHeader: "false", nosniff: "nosniff"}, l.Attributes)
	require.Equal(t, map[string]string{"X-Content-Type-Options": "nosniff"}, l.ResponseHeaders())
}

// A redirect repeats the path and the query of the request byte for byte.
func TestRedirectsKeepTheRequestLine(t *testing.T) {
	for target, want := range map[string]string{
		"/x?b=2&a=1;x=%zz&flag":    "http://a.io:80/x?b=2&a=1;x=%zz&flag",
		"/a%2Fb//c/../d+e?q=%2f+1": "http://a.io:80/a%2Fb//c/../d+e?q=%2f+1",
		"//x":                      "http://a.io:80//x",
		"/x?":                      "http://a.io:80/x",
		"http://a.io/x?y":          "http://a.io:80/x?y",
		"http://a.io?y=/z":         "http://a.io:80/?y=/z",
		"http://a.io":              "http://a.io:80/",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://a.io/", nil)
		r.RequestURI = target
		require.Equal(t, want, RedirectAction{}.Location(Listener{"HTTP", 80}, RequestOf(r)), target)
	}
}

// Parameters are separated by "&" only, and none is lost for its encoding.
func TestParameters(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://a.io/x?b=2&a=1;x=%zz&&flag&b=%33", nil)
	require.Equal(t, map[string][]string{"b": {"2", "3"}, "a": {"1;x=%zz"}, "flag": {""}}, map[string][]string(RequestOf(r).Query))
}
