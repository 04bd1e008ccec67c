package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// acting is an Ingress whose one path takes its action from an annotation.
func acting(action string, pairs ...string) Ingress {
	return ingress("i", Rule{"", []Path{{"/", Prefix, Backend{"act", UseAnnotation}}}}).annotated(append(pairs, actionsPrefix+"act",
		action)...)
}

// actionOf gives the action of the only rule.
func actionOf(t *testing.T, i Ingress, services ...Service) Action {
	lb, err := Build(publicClass, []Ingress{i}, WithServices(services...))
	require.False(t, Refused(err), err)
	return lb.Listeners[0].Rules[0].Action
}

// LBC pkg/ingress/config_types.go, enhanced_backend_builder.go, model_build_actions.go.
func TestTargetsOfForwardActions(t *testing.T) {
	service := Service{Namespace: "models", Name: "s", Ports: []ServicePort{{Name: "http", Port: 80}, {Port: 81}}}
	for group, want := range map[string]WeightedTargetGroup{
		`{"serviceName":"s","servicePort":80}`:                       {Key: "models/i-s:80", Weight: 1},
		`{"serviceName":"s","servicePort":"80"}`:                     {Key: "models/i-s:80", Weight: 1},
		`{"serviceName":"s","servicePort":"+080"}`:                   {Key: "models/i-s:80", Weight: 1},
		`{"serviceName":"s","servicePort":"http"}`:                   {Key: "models/i-s:http", Weight: 1},
		`{"serviceName":"s","servicePort":""}`:                       {Key: "models/i-s:", Weight: 1}, // the port without name
		`{"targetGroupARN":"arn:x","targetGroupName":"x"}`:           {Arn: "arn:x", Weight: 1},
		`{"targetGroupName":"x","serviceName":null,"weight":5}`:      {Name: "x", Weight: 5},
		`{"TargetGroupArn":"arn:x","ServiceName":null,"Weight":999}`: {Arn: "arn:x", Weight: 999},
	} {
		action := actionOf(t, acting(`{"type":"forward","forwardConfig":{"targetGroups":[`+group+`]}}`), service)
		require.Equal(t, []WeightedTargetGroup{want}, action.Forward.TargetGroups, group)
	}
	for _, group := range []string{
		`{"serviceName":"s","servicePort":80.0}`, `{"serviceName":"s","servicePort":3000000000}`, `{"serviceName":"s","servicePort":null}`,
		`{"serviceName":"s","servicePort":80,"targetGroupARN":""}`, `{"targetGroupARN":""}`, `{"servicePort":80}`,
		`{"serviceName":"s","servicePort":99}`,
	} {
		lb, err := Build(publicClass, []Ingress{acting(`{"type":"forward","forwardConfig":{"targetGroups":[` + group + `]}}`)},
			WithServices(service))
		require.True(t, Refused(err), group)
		require.Empty(t, lb.Listeners[0].Rules, group)
	}
	require.Equal(t, []WeightedTargetGroup{{Arn: "arn:x", Weight: 1}},
		actionOf(t, acting(`{"type":"forward","targetGroupARN":"arn:x","targetGroupName":"x"}`)).Forward.TargetGroups)
}

// A target group is known by the port as it is written, so that a plain backend on port 80 and an action naming port 80 or
// "80" are the same one, and port http is another (LBC pkg/ingress/model_build_target_group.go).
func TestTargetGroupKeepsItsKeyInASplit(t *testing.T) {
	plain := mustBuild(t, publicClass, route("x", "", "/", Prefix))
	split := mustBuild(t, publicClass, ingress("x", Rule{"",
		[]Path{{"/", Prefix, Backend{"x-split", UseAnnotation}}}}).annotated(actionsPrefix+"x-split",
		`{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"x","servicePort":"80","weight":9},{"serviceName":"x-canary","servicePort":80,"weight":1}]}}`))
	require.Equal(t, plain.TargetGroups[0], split.TargetGroups[1])
	require.Equal(t, "models/x-x-canary:80", split.TargetGroups[0].Key)
}

// One rule for both paths of a model: the value of the Ingress comes first, then those of the annotation
// (LBC pkg/ingress/model_build_listener_rules.go, buildRuleConditions).
func TestPathConditionJoinsThePath(t *testing.T) {
	lb := mustBuild(t, publicClass, route("x", "api.company.com", "/v1/models/x:predict", Exact).annotated(conditionsPrefix+"x",
		`[{"field":"path-pattern","pathPatternConfig":{"values":["/v1/models/x"]}}]`))
	require.Equal(t, [][]string{{"/v1/models/x:predict", "/v1/models/x"}}, paths(lb.Listeners[0]))
}

// LBC pkg/ingress/rule_optimizer.go, model_build_actions.go: an empty query is not a query left out.
func TestRedirectWithoutQuery(t *testing.T) {
	redirect := func(parts string) Ingress {
		return acting(`{"type":"redirect","redirectConfig":{` + parts + `"statusCode":"HTTP_301"}}`)
	}
	lb := mustBuild(t, publicClass, redirect(`"query":"",`))
	require.Len(t, lb.Listeners[0].Rules, 1, "it ends at a request without query")
	request := get("a.io", "/a")
	request.Query.Set("q", "1")
	require.Equal(t, "http://a.io:80/a", target(t, lb.Listeners[0], request))
	require.Empty(t, mustBuild(t, publicClass, redirect("")).Listeners[0].Rules, "it never ends")
	for _, part := range []string{"protocol", "host", "port", "path"} {
		_, err := Build(publicClass, []Ingress{redirect(`"` + part + `":"",`)})
		require.ErrorContains(t, err, part+" must not be empty; leave it out to keep that of the request")
	}
}

// LBC pkg/ingress/model_build_listener.go (buildListenerDefaultActions) builds the backend with its conditions and transforms,
// and then takes the action only.
func TestDefaultBackendHasNoConditions(t *testing.T) {
	on := func(name, value string) Ingress {
		i := ingress("i").annotated(name, value)
		i.DefaultBackend = &Backend{"s", "80"}
		return i
	}
	ignored := func(name string) string {
		return "warning ignored-annotation ingress models/i: annotation " + name +
			` has no effect, because only the default backend has service name "s", and a default action has neither conditions nor transforms; remove the annotation`
	}
	check(t, map[string]faultCase{
		"conditions": {ingresses: []Ingress{on(conditionsPrefix+"s", `[{"field":"source-ip","sourceIPConfig":{"values":["10.0.0.0/8"]}}]`)},
			want: []string{ignored(conditionsPrefix + "s")}},
		"malformed": {ingresses: []Ingress{on(transformsPrefix+"s", `[{"type":"url-rewrite"}]`)}, want: []string{
			ignored(transformsPrefix + "s"), "REFUSED invalid-annotation ingress models/i: annotation " + transformsPrefix +
				"s: a transform of type url-rewrite needs rewrites"}},
	})
}

// LBC pkg/ingress/model_build_listener_rules.go (buildTransforms), config_types.go.
func TestTransforms(t *testing.T) {
	i := route("s", "", "/api", Prefix).annotated(transformsPrefix+"s", `[
		{"type":"host-header-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"^a$","replace":"b"}]}},
		{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/api/(.*)$","replace":"/$1"}]}}]`)
	lb, err := Build(publicClass, []Ingress{i})
	require.False(t, Refused(err))
	require.Equal(t, NotModelled, FaultsOf(err)[0].Code)
	require.Equal(t, []Transform{{HostHeaderRewrite, []Rewrite{{"^a$", "b"}}}, {URLRewrite, []Rewrite{{"^/api/(.*)$", "/$1"}}}},
		lb.Listeners[0].Rules[0].Transforms)
	for _, bad := range []string{`{}`, `[{"type":"path-rewrite"}]`, `[null]`,
		`[{"type":"url-rewrite","hostHeaderRewriteConfig":{"rewrites":[{"regex":"a","replace":"b"}]}}]`,
		`[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[]}}]`} {
		_, err := Build(publicClass, []Ingress{i.annotated(transformsPrefix+"s", bad)})
		require.True(t, Refused(err), bad)
	}
	for _, none := range []string{`null`, `[]`} {
		require.Empty(t, mustTake(t, i.annotated(transformsPrefix+"s", none)).Listeners[0].Rules[0].Transforms)
	}
}

// mustTake builds with warnings at most.
func mustTake(t *testing.T, ingresses ...Ingress) LoadBalancer {
	lb, err := Build(publicClass, ingresses)
	require.False(t, Refused(err), err)
	return lb
}

// LBC pkg/ingress/model_builder.go: without members there is nothing to build, and annotations of what is not built are not
// read: a token check without backend, the flag for regex paths without such a path, anything on a listener that redirects.
func TestWhatIsNotBuiltIsNotRead(t *testing.T) {
	malformed := []string{jwtValidation, "x", useRegexPathMatch, "x", healthcheckInterval, "x"}
	mustTake(t, ingress("i", Rule{Host: "a.io"}).annotated(malformed...))
	mustTake(t, route("i", "", "/", Prefix).annotated(useRegexPathMatch, "x"))
	_, err := Build(tlsClass, nil)
	require.NoError(t, err)
	_, err = Build(tlsClass, []Ingress{model("a").annotated(listenPorts, tlsPorts[listenPorts]),
		route("b", "b.io", "/", Prefix).annotated(append(malformed, listenPorts, `[{"HTTP":80}]`)...)})
	require.False(t, Refused(err), err)
}
