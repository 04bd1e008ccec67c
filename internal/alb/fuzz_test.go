package alb

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// fuzzed are the annotations that LBC decodes: as JSON, as pairs, as numbers and as lists.
var fuzzed = []string{
	actionsPrefix + "act", conditionsPrefix + "act", transformsPrefix + "act", listenPorts, jwtValidation, mutualAuthentication,
	loadBalancerAttributes, listenerAttributes + "HTTP-80", targetGroupAttributes, tags, healthcheckPort, successCodes, groupOrder,
	inboundCidrs,
	authType, authOidc, authSessionTimeout, subnets,
}

// FuzzAnnotations gives any value to each annotation: Build never panics, gives the same twice, and what it does not refuse answers
// requests.
func FuzzAnnotations(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{}", `[{"HTTP":80},{"HTTPS":443}]`, `[{"HTTP":99999999999}]`, "a=b,c=d", `a\,b=c\`, "=,", "on", "-1001", "200-299,404",
		"10.0.0.0/8",
		`{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"s","servicePort":"http","weight":0}],"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":9}}}`,
		`{"type":"redirect","redirectConfig":{"host":"#{host}","path":"/#{path}","query":"","statusCode":"HTTP_301"}}`,
		`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"299","contentType":"text/plain"}}`,
		`[{"field":"path-pattern","pathPatternConfig":{"regexValues":["\\p{L}","^/(a|b)*$"]}},null,{"field":"query-string","queryStringConfig":{"values":[{"key":"\\*","value":"?"}]}}]`,
		`[{"field":"source-ip","sourceIPConfig":{"values":["::/0"]}},{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"x","values":["**"]}}]`,
		`[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/(.*)$","replace":"/$1"}]}}]`,
		`{"jwksEndpoint":"https://a.io/k","issuer":"i","additionalClaims":[{"format":"single-string","name":"scope","values":["a"]}]}`,
		`[{"port":443,"mode":"verify","trustStore":"t"}]`, `{"issuer":"https://a.io","authorizationEndpoint":"x","secretName":"s"}`,
		"access_logs.s3.enabled=true", "routing.http.response.server.enabled=false", "stickiness.enabled=true,stickiness.type=lb_cookie",
	} {
		for n := range fuzzed {
			f.Add(uint8(n), seed)
		}
	}
	request := get("a.io", "/x", "X", "y")
	request.Method, request.RawQuery = http.MethodGet, "a=b"
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		i := ingress("i", Rule{"", []Path{{"/", Prefix, Backend{"act", UseAnnotation}}, {"/s", Exact, Backend{"s", "80"}}}})
		i = i.annotated(actionsPrefix+"act", `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"s","servicePort":"80"}]}}`)
		i = i.annotated(fuzzed[int(which)%len(fuzzed)], value)
		lb, err := Build(publicClass, []Ingress{i})
		again, errAgain := Build(publicClass, []Ingress{i})
		require.Equal(t, lb, again)
		require.Equal(t, err, errAgain)
		for _, fault := range FaultsOf(err) {
			require.NotEmpty(t, fault.Message)
		}
		for _, l := range lb.Listeners {
			switch action, _ := l.Match(request); action.Type {
			case Redirect:
				require.NotEmpty(t, action.Redirect.Location(l.Listener, request))
			case Forward:
				action.Forward.Pick(0.5)
			}
		}
	})
}
