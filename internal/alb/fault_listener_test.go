package alb

import (
	"fmt"
	"strings"
	"testing"
)

func TestFaultsOfListeners(t *testing.T) {
	ports := func(value, reason string) faultCase {
		return withAnnotation(`REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/listen-ports `+value+` `+reason,
			listenPorts, value)
	}
	redirectOnly := tlsClass
	redirectOnly.Listeners = nil
	check(t, map[string]faultCase{
		"not json": ports(`80`, `must be a JSON list such as [{"HTTP":80},{"HTTPS":443}]`),
		"empty":    ports(`[]`, `must be a JSON list such as [{"HTTP":80},{"HTTPS":443}]`),
		"protocol": ports(`[{"http":80}]`, `has protocol "http", which must be HTTP or HTTPS`),
		"range":    ports(`[{"HTTP":0}]`, `has port 0, which must be within 1..65535`),
		"port both": withAnnotation(
			`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/listen-ports [{"HTTPS":80},{"HTTP":80}] has port 80 as HTTP and as HTTPS; a port has one protocol, and LBC takes the last`,
			listenPorts, `[{"HTTPS":80},{"HTTP":80}]`),
		"no certificate": withAnnotation(
			`REFUSED missing-certificate ingress models/s: listener HTTPS:443 has no certificate; set certificateArn in the IngressClassParams of class "public"`,
			listenPorts, `[{"HTTPS":443}]`),
		"certificate of another Ingress": {ingresses: []Ingress{
			route("a", "a.io", "/", Prefix).annotated(certificateArn, "arn:x"), route("b", "b.io", "/", Prefix).annotated(listenPorts,
				`[{"HTTPS":443}]`), route("c", "", "/", Prefix).annotated(listenPorts, `[{"HTTPS":443}]`)},
			want: []string{`warning missing-certificate ingress models/b: opens listener HTTPS:443 without certificate, so LBC looks for one in ACM by host name and refuses the group when a host has none; set certificateArn in the IngressClassParams of class "public"`}},
		"protocols differ": {ingresses: []Ingress{route("a", "a.io", "/", Prefix), route("b", "b.io", "/", Prefix).annotated(listenPorts,
			`[{"HTTPS":80}]`, certificateArn, "arn:x")},
			want: []string{`REFUSED conflicting-setting ingress models/b: port 80 is HTTPS here and HTTP in ingress models/a; give both the same annotation alb.ingress.kubernetes.io/listen-ports`}},
		"policies differ": {ingresses: []Ingress{
			route("a", "a.io", "/", Prefix).annotated(certificateArn, "arn:x", sslPolicy, "P1"),
			route("b", "b.io", "/", Prefix).annotated(certificateArn, "arn:x", sslPolicy, "P2")},
			want: []string{`REFUSED conflicting-setting ingress models/b: annotation alb.ingress.kubernetes.io/ssl-policy is "P2" here and "P1" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`}},
		"schemes differ": {params: ClassParams{Name: "public", Group: "g"}, ingresses: []Ingress{
			route("a", "a.io", "/", Prefix).annotated(scheme, "internal"), route("b", "b.io", "/", Prefix).annotated(scheme, "internet-facing")},
			want: []string{`REFUSED conflicting-setting ingress models/b: annotation alb.ingress.kubernetes.io/scheme is "internet-facing" here and "internal" in ingress models/a; the load balancer has it once, so set it in the IngressClassParams`}},
		"redirects differ": {ingresses: []Ingress{
			route("a", "a.io", "/", Prefix).annotated(certificateArn, "arn:x", sslRedirectPort, "443", listenPorts,
				`[{"HTTP":80},{"HTTPS":443},{"HTTPS":444}]`),
			route("b", "b.io", "/", Prefix).annotated(certificateArn, "arn:x", sslRedirectPort, "444", listenPorts, `[{"HTTPS":444}]`)},
			want: []string{`REFUSED conflicting-setting the Ingresses state several values of annotation alb.ingress.kubernetes.io/ssl-redirect: map[443:models/a 444:models/b]; set sslRedirectPort in the IngressClassParams instead`}},
		"redirect to nothing": withAnnotation(
			`REFUSED missing-listener HTTP is to be redirected to port 443, and no Ingress opens it as HTTPS; add {"HTTPS":443} to annotation alb.ingress.kubernetes.io/listen-ports`, sslRedirectPort, "443"),
		"nothing to redirect": {params: redirectOnly, ingresses: []Ingress{route("s", "", "/", Prefix)},
			want: []string{`warning missing-listener HTTP is to be redirected to port 443, and no Ingress opens an HTTP listener; add {"HTTP":80} to annotation alb.ingress.kubernetes.io/listen-ports`}},
		"class listener": {params: ClassParams{Name: "public", Group: "g", Listeners: []Listener{{"HTTP", 8080}}},
			ingresses: []Ingress{route("s", "", "/", Prefix)},
			want: []string{
				`warning missing-listener listener HTTP:8080 of the IngressClassParams of class "public" is not opened by any Ingress, and LBC opens none by itself; set annotation alb.ingress.kubernetes.io/listen-ports to [{"HTTP":8080}] on the Ingresses`,
				`warning missing-listener ingress models/s: listener HTTP:80 is not one of the IngressClassParams of class "public"; set annotation alb.ingress.kubernetes.io/listen-ports to [{"HTTP":8080}]`}},
	})
}

func TestFaultsOfAnnotations(t *testing.T) {
	bad := func(name, value, reason string) faultCase {
		return withAnnotation(fmt.Sprintf("REFUSED invalid-annotation ingress models/s: annotation %s %q must be %s", name, value, reason), name,
			value)
	}
	attribute := func(value, reason string) faultCase {
		return withAnnotation("REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/target-group-attributes"+reason,
			targetGroupAttributes, value)
	}
	check(t, map[string]faultCase{
		"target type":      bad(targetType, "pod", "one of ip, instance"),
		"protocol":         bad(backendProtocol, "http", "one of HTTP, HTTPS"),
		"version":          bad(backendProtocolVersion, "HTTP3", "one of HTTP1, HTTP2, GRPC"),
		"health protocol":  bad(healthcheckProtocol, "TCP", "one of HTTP, HTTPS"),
		"health path":      bad(healthcheckPath, "healthz", `a path that starts with "/" and has at most 1024 characters`),
		"health port":      bad(healthcheckPort, "0", "within 1..65535"),
		"interval":         bad(healthcheckInterval, "301", "an integer within 5..300"),
		"timeout":          bad(healthcheckTimeout, "1", "an integer within 2..120"),
		"timeout interval": bad(healthcheckTimeout, "15", "less than alb.ingress.kubernetes.io/healthcheck-interval-seconds, which is 15"),
		"healthy":          bad(healthyThreshold, "1", "an integer within 2..10"),
		"unhealthy":        bad(unhealthyThreshold, "x", "an integer within 2..10"),
		"codes":            bad(successCodes, "2xx", "codes or ranges such as 200,202 or 200-299 within 200..499"),
		"codes range":      bad(successCodes, "200-500", "codes or ranges such as 200,202 or 200-299 within 200..499"),
		"codes backwards":  bad(successCodes, "299-200", "codes or ranges such as 200,202 or 200-299 within 200..499"),
		"attribute name": attribute(
			"slow_start=30", `: Target group attribute key 'slow_start' is not recognized (ValidationError of AWS); correct or remove it`),
		"attribute value": attribute("deregistration_delay.timeout_seconds=4000",
			`: deregistration_delay.timeout_seconds "4000" must be an integer within 0..3600`),
		"attribute choice": attribute("stickiness.type=source_ip", `: stickiness.type "source_ip" must be one of lb_cookie, app_cookie`),
		"attribute both": attribute("slow_start.duration_seconds=5",
			`: slow_start.duration_seconds "5" must be 0 or an integer within 30..900`),
		"attribute empty": attribute("stickiness.app_cookie.cookie_name=", `: stickiness.app_cookie.cookie_name "" must be a non-empty value`),
		"attribute pair": attribute("stickiness.enabled",
			` "stickiness.enabled" must be comma-separated key=value pairs; "stickiness.enabled" is none`),
		"slow start with": attribute("slow_start.duration_seconds=30,load_balancing.algorithm.type=weighted_random",
			`: slow_start.duration_seconds 30 needs load_balancing.algorithm.type round_robin, not weighted_random`),
		"misspelt": withAnnotation(
			`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/health-check-path is not one that LBC reads; correct its name or remove it`, AnnotationPrefix+"health-check-path", "/"),
		"overruled": withAnnotation(
			`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/group.name "mine" has no effect, because the IngressClassParams of class "public" set "public"; remove the annotation`, groupName, "mine"),
		"unused action": withAnnotation(
			`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/actions.s has no effect, because no backend has service name "s" and port name "use-annotation"; add one or remove the annotation`, actionsPrefix+"s", "{}"),
		"unused": withAnnotation(
			`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/conditions.t has no effect, because no backend has service name "t"; rename or remove the annotation`, conditionsPrefix+"t", "[]"),
		"not modelled": withAnnotation(
			`warning not-modelled ingress models/s: annotation alb.ingress.kubernetes.io/mutual-authentication is not accounted for here; LBC does apply it`, AnnotationPrefix+"mutual-authentication", `[{"port":443,"mode":"off"}]`),
		"known, foreign": {ingresses: []Ingress{route("s", "", "/", Prefix).annotated(AnnotationPrefix+"tags", "a=b", "pulumi.com/skipAwait",
			"true")}},
	})
}

func TestFaultsOfActions(t *testing.T) {
	action := func(value, reason string) faultCase {
		i := ingress("s", Rule{"", []Path{{"/", Prefix, Backend{"act", UseAnnotation}}}}).annotated(actionsPrefix+"act", value)
		return faultCase{ingresses: []Ingress{i}, want: []string{"REFUSED invalid-annotation ingress models/s: annotation " +
			"alb.ingress.kubernetes.io/actions.act" + reason}}
	}
	forward := func(groups, reason string) faultCase {
		return action(`{"type":"forward","forwardConfig":{"targetGroups":[`+groups+`]}}`, reason)
	}
	group := `{"serviceName":"a","servicePort":80,"weight":1}`
	idle := forward(`{"serviceName":"a","servicePort":80,"weight":0},{"serviceName":"b","servicePort":80,"weight":0}`, "")
	idle.want = []string{"warning invalid-backend ingress models/s: every weight of a forward action is 0, so no target group gets " +
		"requests; give at least one a weight"}
	extra := action(`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"404"},"weight":1}`, "")
	extra.want = []string{`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/actions.act has a part that LBC does not read: unknown field "weight"`}
	gone := forward(group+`,{"serviceName":"b","servicePort":80,"weight":1}`,
		": Service models/b does not exist, and LBC needs every one of several")
	gone.options = []Option{WithServices(Service{Namespace: "models", Name: "a", Ports: []ServicePort{{Port: 80}}})}
	check(t, map[string]faultCase{
		"malformed":   action(`{"type":`, ` is not the JSON that LBC expects: unexpected end of JSON input; its value is {"type":`),
		"type":        action(`{"type":"proxy"}`, `: type "proxy" must be forward, redirect or fixed-response`),
		"no response": action(`{"type":"fixed-response"}`, `: a fixed-response action needs fixedResponseConfig`),
		"status": action(`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"301"}}`,
			`: statusCode "301" must be 2xx, 4xx or 5xx`),
		"content type": action(`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"200","contentType":"json"}}`,
			`: contentType "json" must be one of text/plain, text/css, text/html, application/javascript, application/json`),
		"body": action(`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"200","messageBody":"`+strings.Repeat("x", 1025)+
			`"}}`, `: messageBody has 1025 characters and may have 1024`),
		"no redirect": action(`{"type":"redirect"}`, `: a redirect action needs redirectConfig`),
		"redirect code": action(`{"type":"redirect","redirectConfig":{"path":"/x","statusCode":"HTTP_308"}}`,
			`: statusCode "HTTP_308" must be HTTP_301 or HTTP_302`),
		"redirect to": action(`{"type":"redirect","redirectConfig":{"protocol":"ftp","statusCode":"HTTP_301"}}`,
			`: protocol "ftp" must be HTTP, HTTPS or #{protocol}`),
		"redirect port": action(`{"type":"redirect","redirectConfig":{"port":"0","statusCode":"HTTP_301"}}`,
			`: port "0" must be within 1..65535 or #{port}`),
		"redirect path": action(`{"type":"redirect","redirectConfig":{"path":"x","statusCode":"HTTP_301"}}`, `: path "x" must start with "/"`),
		"redirect host": action(`{"type":"redirect","redirectConfig":{"host":"`+strings.Repeat("h", 129)+`","statusCode":"HTTP_301"}}`,
			`: host has 129 characters and may have 128`),
		"no forward": action(
			`{"type":"forward"}`, `: a forward action needs either forwardConfig or one of targetGroupARN and targetGroupName`),
		"no groups":    forward(``, `: targetGroups has 0 entries and must have 1..5`),
		"six groups":   forward(strings.Repeat(group+",", 5)+group, `: targetGroups has 6 entries and must have 1..5`),
		"weight range": forward(`{"serviceName":"a","servicePort":80,"weight":1000}`, `: weight 1000 must be within 0..999`),
		"no weight": forward(group+`,{"serviceName":"b","servicePort":80}`,
			`: every one of several targetGroups needs a weight within 0..999`),
		"no port": forward(`{"serviceName":"a"}`, `: serviceName "a" needs servicePort`),
		"two targets": forward(`{"serviceName":"a","servicePort":80,"targetGroupARN":"arn:x"}`,
			`: each of targetGroups needs either serviceName or one of targetGroupARN and targetGroupName`),
		"stickiness": action(`{"type":"forward","forwardConfig":{"targetGroups":[`+group+`],"targetGroupStickinessConfig":{"enabled":true}}}`,
			`: durationSeconds 0 must be within 1..604800`),
		"no such service": gone, "all idle": idle, "unknown field": extra,
	})
}

func TestFaultsOfConditions(t *testing.T) {
	condition := func(value, reason string) faultCase {
		return withAnnotation("REFUSED invalid-annotation ingress models/s: annotation alb.ingress.kubernetes.io/conditions.s"+reason,
			conditionsPrefix+"s", value)
	}
	ignored := condition(`[{"field":"cookie"}]`, "")
	ignored.want = []string{`warning ignored-annotation ingress models/s: annotation alb.ingress.kubernetes.io/conditions.s: field "cookie" is none that LBC reads, so the rule matches without it; use host-header, path-pattern, http-header, http-request-method, query-string or source-ip`}
	many := condition(`[{"field":"source-ip","sourceIpConfig":{"values":["1.0.0.0/8","2.0.0.0/8","3.0.0.0/8","4.0.0.0/8","5.0.0.0/8"]}}]`, "")
	many.want = []string{`REFUSED quota-exceeded ingress models/s: Prefix path "/" on any host has 6 condition values and a rule may have 5; split it into several paths (a Prefix path takes two)`}
	check(t, map[string]faultCase{
		"malformed": condition(
			`{}`, ` is not the JSON that LBC expects: json: cannot unmarshal object into Go value of type []alb.conditionSchema; its value is {}`),
		"no values": condition(`[{"field":"http-request-method"}]`, `: condition http-request-method has no values; give it at least one`),
		"both kinds": condition(`[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"A","values":["a"],"regexValues":["b"]}}]`,
			`: condition http-header has both values and regexValues; use one of them`),
		"host header": condition(`[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"host","values":["a"]}}]`,
			`: httpHeaderName "host" must be a header name of 1..40 characters other than Host; for that use host-header`),
		"regex": condition(`[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"A","regexValues":["("]}}]`,
			`: http-header regex "(" must be a regular expression of 1..128 characters without lookaround, backreferences and Unicode character classes`),
		"method": condition(`[{"field":"http-request-method","httpRequestMethodConfig":{"values":["get"]}}]`,
			`: http-request-method value "get" must be 1..40 upper-case letters, hyphens and underscores`),
		"block": condition(`[{"field":"source-ip","sourceIpConfig":{"values":["10.0.0.1"]}}]`,
			`: source-ip value "10.0.0.1" must be a CIDR block such as 10.0.0.0/8`),
		"query": condition(`[{"field":"query-string","queryStringConfig":{"values":[{"key":"a","value":""}]}}]`,
			`: query-string "a"="" must have a value, and at most 128 characters in each`),
		"host": condition(`[{"field":"host-header","hostHeaderConfig":{"values":["localhost"]}}]`,
			`: host-header value "localhost" must have a dot`),
		"host letters": condition(`[{"field":"host-header","hostHeaderConfig":{"values":["a_b.c"]}}]`,
			`: host-header value "a_b.c" may hold letters, digits, hyphen, dot, * and ?`),
		"method twice": condition(
			`[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}},{"field":"http-request-method","httpRequestMethodConfig":{"values":["PUT"]}}]`,
			`: a rule can have one http-request-method condition; put all values in one`),
		"mixed kinds": condition(`[{"field":"path-pattern","pathPatternConfig":{"regexValues":["^/a$"]}}]`,
			`: the path-pattern condition of Prefix path "/" on any host would have both values ["/*"] and regexValues ["^/a$"]; use one kind`),
		"unknown field": ignored, "too many values": many,
	})
}
