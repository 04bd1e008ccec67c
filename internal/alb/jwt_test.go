package alb

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var tokens = JwtValidation{
	JwksEndpoint: "https://login.company.com/keys?kind=sig&all=1", Issuer: "https://login.company.com/",
	AdditionalClaims: []JwtClaim{{Format: "space-separated-values", Name: "scope", Values: []string{"predict", "status"}}},
}

func TestTokenCheckLeavesRoutingAlone(t *testing.T) {
	plain := model("churn").annotated(listenPorts, tlsPorts[listenPorts])
	open, checked := mustBuild(t, tlsClass, plain), mustBuild(t, tlsClass, plain.annotated(jwtValidation, tokens.Annotation()))
	require.Empty(t, checked.Listeners[0].Rules, "HTTP only redirects")
	for i := range checked.Listeners[1].Rules {
		require.Equal(t, &tokens, checked.Listeners[1].Rules[i].Action.JwtValidation)
		checked.Listeners[1].Rules[i].Action.JwtValidation = nil
	}
	require.Equal(t, open, checked)
}

func TestTokenCheckIsWhatTheControllerReads(t *testing.T) {
	require.Equal(t, `{"jwksEndpoint":"https://login.company.com/keys?kind=sig\u0026all=1","issuer":"https://login.company.com/",`+
		`"additionalClaims":[{"format":"space-separated-values","name":"scope","values":["predict","status"]}]}`, tokens.Annotation())
	require.NoError(t, tokens.Validate())
	require.Equal(t, `{"jwksEndpoint":"https://a.io/k","issuer":"a"}`, JwtValidation{JwksEndpoint: "https://a.io/k", Issuer: "a"}.Annotation())
}

func TestFaultsOfTokenChecks(t *testing.T) {
	const annotation = "annotation alb.ingress.kubernetes.io/jwt-validation"
	on := func(value string, pairs ...string) []Ingress {
		return []Ingress{route("s", "", "/", Prefix).annotated(append(pairs, jwtValidation, value, listenPorts, tlsPorts[listenPorts])...)}
	}
	refused := func(value, reason string) faultCase {
		return faultCase{params: tlsClass, ingresses: on(value), want: []string{"REFUSED invalid-annotation ingress models/s: " + annotation +
			reason}}
	}
	claim := func(format, name, values, reason string) faultCase {
		return refused(fmt.Sprintf(`{"jwksEndpoint":"https://a.io/k","issuer":"a","additionalClaims":[{"format":%q,"name":%q,"values":[%s]}]}`,
			format, name, values),
			fmt.Sprintf(`: additionalClaims: claim %q %s`, name, reason))
	}
	eleven := JwtValidation{JwksEndpoint: "https://a.io/k", Issuer: "a"}
	for i := range 11 {
		eleven.AdditionalClaims = append(eleven.AdditionalClaims, JwtClaim{"single-string", fmt.Sprintf("c%d", i), []string{"v"}})
	}
	extra := refused(`{"jwksEndpoint":"https://a.io/k","issuer":"a","audience":"b"}`, "")
	extra.want = []string{`warning ignored-annotation ingress models/s: ` + annotation +
		` has a part that LBC does not read: unknown field "audience"`}
	login := refused(tokens.Annotation(), "")
	login.ingresses = on(tokens.Annotation(), authType, "oidc", authOidc, "{}")
	login.want = []string{
		"REFUSED invalid-annotation ingress models/s: " + annotation +
			` is set besides annotation alb.ingress.kubernetes.io/auth-type "oidc"; a rule has one of the two, so remove one`,
		"warning not-modelled ingress models/s: annotation alb.ingress.kubernetes.io/auth-idp-oidc is not accounted for here; LBC does apply it",
		"warning not-modelled ingress models/s: annotation alb.ingress.kubernetes.io/auth-type is not accounted for here; LBC does apply it",
	}
	both := refused(`{}`, `: issuer "" must have 1..256 characters`)
	both.want = append(both.want, "REFUSED invalid-annotation ingress models/s: "+annotation+
		`: jwksEndpoint "" must be an https:// URL of at most 256 characters`)
	long := strings.Repeat("x", 257)
	check(t, map[string]faultCase{
		"malformed":     refused(`{`, ` is not the JSON that LBC expects: unexpected end of JSON input; its value is {`),
		"nothing given": both,
		"plain keys": refused(`{"jwksEndpoint":"http://a.io/k","issuer":"a"}`,
			`: jwksEndpoint "http://a.io/k" must be an https:// URL of at most 256 characters`),
		"no host": refused(`{"jwksEndpoint":"https:///k","issuer":"a"}`,
			`: jwksEndpoint "https:///k" must be an https:// URL of at most 256 characters`),
		"long issuer": refused(`{"jwksEndpoint":"https://a.io/k","issuer":"`+long+`"}`, `: issuer "`+long+`" must have 1..256 characters`),
		"many claims": refused(eleven.Annotation(), `: additionalClaims has 11 entries and may have 10`),
		"format": claim(
			"text", "scope", `"a"`, `has format "text", which must be one of single-string, string-array, space-separated-values`),
		"no name":     claim("single-string", "", `"a"`, `needs a name`),
		"always":      claim("single-string", "iss", `"a"`, `is checked without being named; remove it`),
		"no values":   claim("single-string", "scope", ``, `has 0 values and must have 1..10`),
		"many values": claim("string-array", "scope", strings.Repeat(`"a",`, 10)+`"a"`, `has 11 values and must have 1..10`),
		"long value":  claim("string-array", "scope", `"`+long+`"`, `has a value of 257 characters and may have 256`),
		"space": claim("space-separated-values", "scope", `"a b"`,
			`has the value "a b", which must be without spaces in format space-separated-values; write two values`),
		"unread":    extra,
		"login too": login,
		"plain listener": {ingresses: []Ingress{route("s", "", "/", Prefix).annotated(jwtValidation, tokens.Annotation())},
			want: []string{"warning ignored-annotation ingress models/s: " + annotation +
				` has no effect on listener HTTP:80, which lets requests without a token through; set sslRedirectPort in the IngressClassParams of class "public", or open HTTPS only`}},
	})
}
