package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuildOfOneModel(t *testing.T) {
	lb := mustBuild(t, publicClass, model("churn"))
	forward := Action{Type: Forward, Forward: &ForwardAction{TargetGroups: []WeightedTargetGroup{{Key: "models/churn-churn:http", Weight: 1}}}}
	host := Condition{Field: HostHeader, Values: []string{"api.company.com"}}
	require.Equal(t, LoadBalancer{
		Group: "public", Scheme: "internet-facing", IpAddressType: "ipv4",
		Listeners: []ListenerModel{{
			Listener: Listener{"HTTP", 80},
			Rules: []ListenerRule{
				{1, []Condition{host, {Field: PathPattern, Values: []string{"/v1/models/churn"}}}, forward, nil,
					Source{"models/churn", "api.company.com", "/v1/models/churn", Exact}},
				{2, []Condition{host, {Field: PathPattern, Values: []string{"/v1/models/churn:predict"}}}, forward, nil,
					Source{"models/churn", "api.company.com", "/v1/models/churn:predict", Exact}},
			},
			DefaultAction: Action{Type: FixedResponse, FixedResponse: &FixedResponseAction{StatusCode: 404, ContentType: "text/plain"}},
		}},
		TargetGroups: []TargetGroup{{
			Key: "models/churn-churn:http", Namespace: "models", Ingress: "churn", Service: "churn", Port: "http",
			TargetType: "ip", Protocol: "HTTP", ProtocolVersion: "HTTP1",
			HealthCheck: HealthCheck{"HTTP", "traffic-port", "/", "200", 15, 5, 2, 2},
		}},
	}, lb)
}

func TestOrderWithinARule(t *testing.T) {
	path := func(p, kind string) Path { return Path{p, kind, Backend{"s", "80"}} }
	lb := mustBuild(t, publicClass, ingress("a",
		Rule{"b.company.com", []Path{
			path("/i/*", ImplementationSpecific),
			path("/p", Prefix),
			path("/e2", Exact),
			path("/p/longer/", Prefix),
			path("/h", ImplementationSpecific),
			path("/q", Prefix),
			path("/e1", Exact),
		}},
		Rule{"a.company.com", []Path{path("/first-host-stays-first", Exact)}}))
	require.Equal(t, [][]string{
		{"/e2"}, {"/e1"}, // as written
		{"/p/longer", "/p/longer/*"}, {"/p", "/p/*"}, {"/q", "/q/*"}, // longest first, then as written
		{"/i/*"}, {"/h"}, // as written
		{"/first-host-stays-first"}, // rules are never mixed
	}, paths(lb.Listeners[0]))
}

func TestOrderAcrossIngresses(t *testing.T) {
	at := func(namespace, name, order string) Ingress {
		i := route(name, namespace+"-"+name+".company.com", "/", Prefix)
		i.Namespace = namespace
		if order != "" {
			i = i.annotated(groupOrder, order)
		}
		return i
	}
	lb := mustBuild(t, publicClass,
		at("b", "a", ""), at("a", "b", ""), at("z", "last", "10"), at("a", "a", "0"), at("y", "first", "-5"), at("a-b", "c", ""))
	var order []string
	for _, rule := range lb.Listeners[0].Rules {
		order = append(order, rule.Source.Ingress)
	}
	// "a-b/c" is before "a/a", because LBC compares the joined text and "-" is before "/".
	require.Equal(t, []string{"y/first", "a-b/c", "a/a", "a/b", "b/a", "z/last"}, order)
}

func TestPathPatterns(t *testing.T) {
	for _, c := range []struct {
		path, pathType string
		want           []string
	}{
		{"/", Exact, []string{"/"}},
		{"/a", Exact, []string{"/a"}},
		{"/", Prefix, []string{"/*"}},
		{"/a/b", Prefix, []string{"/a/b", "/a/b/*"}},
		{"/a/b/", Prefix, []string{"/a/b", "/a/b/*"}},
		{"/a*", ImplementationSpecific, []string{"/a*"}},
		{"/a/?", ImplementationSpecific, []string{"/a/?"}},
	} {
		lb := mustBuild(t, publicClass, route("s", "", c.path, c.pathType))
		require.Equal(t, [][]string{c.want}, paths(lb.Listeners[0]), "%s %s", c.pathType, c.path)
	}
	everything := mustBuild(t, publicClass, route("s", "", "", ImplementationSpecific))
	require.Equal(t, []Condition{{Field: PathPattern, Values: []string{"/*"}}}, everything.Listeners[0].Rules[0].Conditions)
	hostOnly := mustBuild(t, publicClass, route("s", "a.company.com", "", ImplementationSpecific))
	require.Equal(t, []Condition{{Field: HostHeader, Values: []string{"a.company.com"}}}, hostOnly.Listeners[0].Rules[0].Conditions)
}

func TestConditionsOfAnnotationJoinThoseOfTheIngress(t *testing.T) {
	lb := mustBuild(t, publicClass, route("s", "a.company.com", "/x", Exact).annotated(conditionsPrefix+"s", `[
		{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Canary","values":["yes"]}},
		{"field":"host-header","hostHeaderConfig":{"values":["b.company.com"]}},
		{"field":"query-string","queryStringConfig":{"values":[{"key":"v","value":"2"}]}}]`))
	require.Equal(t, []Condition{
		{Field: HTTPHeader, HeaderName: "X-Canary", Values: []string{"yes"}},
		{Field: QueryString, Query: []QueryValue{{"v", "2"}}},
		{Field: HostHeader, Values: []string{"a.company.com", "b.company.com"}},
		{Field: PathPattern, Values: []string{"/x"}},
	}, lb.Listeners[0].Rules[0].Conditions)
}

func TestSslRedirect(t *testing.T) {
	lb := mustBuild(t, tlsClass, model("churn").annotated(listenPorts, tlsPorts[listenPorts]))
	require.Len(t, lb.Listeners, 2)
	plain, tls := lb.Listeners[0], lb.Listeners[1]
	require.Equal(t, Listener{"HTTP", 80}, plain.Listener)
	require.Empty(t, plain.Rules)
	require.Equal(t, "https://api.company.com:443/v1/models/churn", target(t, plain, get("api.company.com", "/v1/models/churn")))
	require.Equal(t, tlsClass.CertificateArns, tls.CertificateArns)
	require.Equal(t, tlsClass.SslPolicy, tls.SslPolicy)
	require.Len(t, tls.Rules, 2)
	require.Equal(t, 2, lb.RuleCount())
}

func TestCatchAllRedirectActionIsDroppedWhereItWouldLoop(t *testing.T) {
	redirect := `{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}`
	classic := ingress("a", Rule{"", []Path{
		{"/*", ImplementationSpecific, Backend{"ssl-redirect", UseAnnotation}},
		{"/x", ImplementationSpecific, Backend{"s", "80"}},
	}}).annotated(actionsPrefix+"ssl-redirect", redirect, listenPorts, tlsPorts[listenPorts])
	params := tlsClass
	params.SslRedirectPort = 0
	lb := mustBuild(t, params, classic)
	require.Equal(t, [][]string{{"/*"}}, paths(lb.Listeners[0]), "on HTTP the redirect takes all")
	require.Equal(t, [][]string{{"/x"}}, paths(lb.Listeners[1]), "on HTTPS the redirect would loop")
	require.Equal(t, 1, lb.Listeners[1].Rules[0].Priority)
}

func TestListenersComeFromIngressesOnly(t *testing.T) {
	params := publicClass
	params.Listeners = []Listener{{"HTTP", 8080}}
	lb, err := Build(params, []Ingress{model("churn")})
	require.Equal(t, Listener{"HTTP", 80}, lb.Listeners[0].Listener)
	require.False(t, Refused(err))
	require.Len(t, FaultsOf(err), 2)
	lb = mustBuild(t, params, model("churn").annotated(listenPorts, `[{"HTTP":8080}]`))
	require.Equal(t, Listener{"HTTP", 8080}, lb.Listeners[0].Listener)
	require.Len(t, lb.Listeners, 1)
}

func TestPortsOfIngressesAreMerged(t *testing.T) {
	one := route("one", "one.company.com", "/", Prefix).annotated(listenPorts, `[{"HTTP":80},{"HTTP":81}]`)
	two := route("two", "two.company.com", "/", Prefix).annotated(listenPorts, `[{"HTTP":81}]`)
	lb := mustBuild(t, publicClass, one, two)
	require.Len(t, lb.Listeners[0].Rules, 1)
	require.Len(t, lb.Listeners[1].Rules, 2)
	require.Len(t, lb.TargetGroups, 2, "a target group serves all listeners")
	l, ok := lb.Listener(81)
	require.True(t, ok)
	require.Equal(t, "models/two-two:80", target(t, l, get("two.company.com", "/")))
	_, ok = lb.Listener(82)
	require.False(t, ok)
}

func TestAnchorIngressOpensListenersWithoutRules(t *testing.T) {
	lb := mustBuild(t, tlsClass, ingress("anchor").annotated(listenPorts, tlsPorts[listenPorts]))
	require.Len(t, lb.Listeners, 2)
	require.Zero(t, lb.RuleCount())
	require.Equal(t, 404, target(t, lb.Listeners[1], get("api.company.com", "/")))
}

func TestNoIngressNoListener(t *testing.T) {
	lb := mustBuild(t, publicClass)
	require.Empty(t, lb.Listeners)
	require.Empty(t, lb.TargetGroups)
}

func TestDefaultBackendTakesTheRest(t *testing.T) {
	i := model("churn")
	i.DefaultBackend = &Backend{"fallback", "8080"}
	lb := mustBuild(t, publicClass, i)
	require.Equal(t, "models/churn-fallback:8080", target(t, lb.Listeners[0], get("else.company.com", "/")))
}

func TestFirstDefaultBackendIsKept(t *testing.T) {
	first, second := ingress("a"), ingress("b")
	first.DefaultBackend, second.DefaultBackend = &Backend{"a", "80"}, &Backend{"b", "80"}
	lb, err := Build(publicClass, []Ingress{second, first})
	require.True(t, Refused(err))
	require.Equal(t, "models/a-a:80", target(t, lb.Listeners[0], get("any", "/")))
}

func TestRefusedRuleIsLeftOut(t *testing.T) {
	bad := route("a", "localhost", "/", Prefix)
	lb, err := Build(publicClass, []Ingress{bad, model("churn")})
	require.True(t, Refused(err))
	require.Equal(t, 2, lb.RuleCount())
}

func TestClassParamsBeatAnnotations(t *testing.T) {
	params := tlsClass
	params.TargetType = "instance"
	lb, err := Build(params, []Ingress{model("churn").annotated(listenPorts, tlsPorts[listenPorts], targetType, "ip", sslRedirectPort,
		"8443")})
	require.Len(t, FaultsOf(err), 2)
	require.False(t, Refused(err))
	require.Equal(t, "instance", lb.TargetGroups[0].TargetType)
	require.Equal(t, "443", lb.Listeners[0].DefaultAction.Redirect.Port)
}

func TestSettingsFromAnnotations(t *testing.T) {
	bare := ClassParams{Name: "public", Group: "public"}
	lb := mustBuild(t, bare,
		model("a").annotated(subnets, "subnet-1, subnet-2", inboundCidrs, "10.0.0.0/8", certificateArn, "arn:a,arn:b", scheme, "internet-facing"),
		model("b").annotated(certificateArn, "arn:b,arn:c"))
	require.Equal(t, []string{"subnet-1", "subnet-2"}, lb.SubnetIds)
	require.Equal(t, []string{"10.0.0.0/8"}, lb.Listeners[0].InboundCidrs)
	require.Equal(t, "internet-facing", lb.Scheme)
	require.Equal(t, Listener{"HTTPS", 443}, lb.Listeners[0].Listener, "a certificate makes HTTPS the default")
	require.Equal(t, []string{"arn:a", "arn:b", "arn:c"}, lb.Listeners[0].CertificateArns)
	require.Equal(t, DefaultSslPolicy, lb.Listeners[0].SslPolicy)
}

func TestIngressWithoutGroupIsItsOwn(t *testing.T) {
	lb := mustBuild(t, ClassParams{Name: "public"}, model("churn"))
	require.Equal(t, "models/churn", lb.Group)
	require.Equal(t, "internal", lb.Scheme)
}

func TestTargetGroupSettings(t *testing.T) {
	class := ClassParams{Name: "public", Group: "public", CertificateArns: []string{"arn:a"}}
	secure := ListenPorts([]Listener{{"HTTPS", 443}})
	i := route("s", "", "/", Prefix).annotated(
		listenPorts, secure, targetType, "instance", backendProtocol, "HTTPS", backendProtocolVersion, "HTTP2",
		healthcheckPath, "/healthz", healthcheckPort, "9090", healthcheckProtocol, "HTTP", healthcheckInterval, "30",
		healthcheckTimeout, "29", healthyThreshold, "3", unhealthyThreshold, "10", successCodes, "200,204-206",
		targetGroupAttributes, `deregistration_delay.timeout_seconds=30, stickiness.enabled=true`)
	tg := mustBuild(t, class, i).TargetGroups[0]
	require.Equal(t, TargetGroup{
		Key: "models/s-s:80", Namespace: "models", Ingress: "s", Service: "s", Port: "80",
		TargetType: "instance", Protocol: "HTTPS", ProtocolVersion: "HTTP2",
		HealthCheck: HealthCheck{"HTTP", "9090", "/healthz", "200,204-206", 30, 29, 3, 10},
		Attributes:  map[string]string{"deregistration_delay.timeout_seconds": "30", "stickiness.enabled": "true"},
	}, tg)
	for status, healthy := range map[int]bool{200: true, 201: false, 204: true, 206: true, 207: false} {
		require.Equal(t, healthy, tg.HealthCheck.Succeeds(status), status)
	}
	grpc := mustBuild(t, class, route("s", "", "/", Prefix).annotated(listenPorts, secure, backendProtocolVersion, "GRPC")).TargetGroups[0]
	require.Equal(t, "/AWS.ALB/healthcheck", grpc.HealthCheck.Path)
	require.Equal(t, "12", grpc.HealthCheck.SuccessCodes)
}

func TestServices(t *testing.T) {
	i := model("churn").annotated(healthcheckPath, "/ingress", successCodes, "200-299")
	service := Service{Namespace: "models", Name: "churn", Annotations: map[string]string{healthcheckPath: "/service"},
		Ports: []ServicePort{{Name: "http", Port: 80}}}
	lb, err := Build(publicClass, []Ingress{i}, WithServices(service))
	require.NoError(t, err)
	require.Equal(t, "/service", lb.TargetGroups[0].HealthCheck.Path, "annotations of the Service win")
	require.Equal(t, "200-299", lb.TargetGroups[0].HealthCheck.SuccessCodes)
	require.Equal(t, "/ingress", i.Annotations[healthcheckPath], "the input is left alone")

	lb, err = Build(publicClass, []Ingress{i}, WithServices())
	require.False(t, Refused(err))
	require.Equal(t, 503, target(t, lb.Listeners[0], get("api.company.com", "/v1/models/churn")),
		"LBC answers itself until the Service exists")
	require.Empty(t, lb.TargetGroups)

	split := ingress("a", Rule{"", []Path{{"/", Prefix, Backend{"act", UseAnnotation}}}}).
		annotated(actionsPrefix+"act", `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"none","servicePort":"http"}]}}`)
	lb, err = Build(publicClass, []Ingress{split}, WithServices())
	require.False(t, Refused(err))
	require.Equal(t, 503, target(t, lb.Listeners[0], get("any", "/")))
}

func TestMembersOfAClass(t *testing.T) {
	other := model("other")
	other.ClassName = "internal"
	require.Equal(t, []Ingress{model("churn")}, Members(publicClass, []Ingress{other, model("churn")}))
}

func TestLookups(t *testing.T) {
	lb := mustBuild(t, publicClass, model("churn"))
	tg, ok := lb.TargetGroup(TargetGroupKey(model("churn"), "churn", "http"))
	require.True(t, ok)
	require.Equal(t, "churn", tg.Service)
	_, ok = lb.TargetGroup("models/none")
	require.False(t, ok)
}
