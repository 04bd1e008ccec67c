package alb

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchOfModels(t *testing.T) {
	own := route("recommender", "recommender.company.com", "/", Prefix)
	l := mustBuild(t, publicClass, model("x"), model("x-v2"), own).Listeners[0]
	for _, c := range []struct {
		host, path string
		want       any
	}{
		{"api.company.com", "/v1/models/x", "models/x-x:http"},
		{"api.company.com", "/v1/models/x:predict", "models/x-x:http"},
		{"api.company.com", "/v1/models/x-v2", "models/x-v2-x-v2:http"},
		{"api.company.com", "/v1/models/x-v2:predict", "models/x-v2-x-v2:http"},
		{"API.Company.com:8080", "/v1/models/x", "models/x-x:http"},
		{"api.company.com", "/v1/models/X", 404},
		{"api.company.com", "/v1/models/x/", 404},
		{"api.company.com", "/v1/models/x:explain", 404},
		{"api.company.com", "/v1/models/x%3Apredict", 404},
		{"api.company.com", "/", 404},
		{"company.com", "/v1/models/x", 404},
		{"recommender.company.com", "/", "models/recommender-recommender:80"},
		{"recommender.company.com", "/v1/models/recommender:predict", "models/recommender-recommender:80"},
		{"a.recommender.company.com", "/", 404},
	} {
		require.Equal(t, c.want, target(t, l, get(c.host, c.path)), "%s%s", c.host, c.path)
	}
}

func TestPrefixDoesNotMatchPredict(t *testing.T) {
	l := mustBuild(t, publicClass, route("x", "", "/v1/models/x", Prefix)).Listeners[0]
	require.Equal(t, "models/x-x:80", target(t, l, get("any", "/v1/models/x")))
	require.Equal(t, "models/x-x:80", target(t, l, get("any", "/v1/models/x/versions/1:predict")))
	require.Equal(t, 404, target(t, l, get("any", "/v1/models/x:predict")))
	require.Equal(t, 404, target(t, l, get("any", "/v1/models/x-v2")))
}

func TestRegexPath(t *testing.T) {
	l := mustBuild(t, publicClass, route("x", "", "/^/v1/models/x(:predict)?$", ImplementationSpecific).annotated(useRegexPathMatch,
		"true")).Listeners[0]
	require.Equal(t, [][]string{{"^/v1/models/x(:predict)?$"}}, paths(l))
	for path, want := range map[string]any{
		"/v1/models/x": "models/x-x:80", "/v1/models/x:predict": "models/x-x:80",
		"/v1/models/x-v2:predict": 404, "/v1/models/x:predict2": 404, "/V1/models/x": 404,
	} {
		require.Equal(t, want, target(t, l, get("any", path)), path)
	}
}

func TestConditions(t *testing.T) {
	client := netip.MustParseAddr("10.1.2.3")
	for name, c := range map[string]struct {
		condition Condition
		request   Request
		want      bool
	}{
		"host, any case":             {Condition{Field: HostHeader, Values: []string{"API.company.com"}}, get("api.Company.com", "/"), true},
		"wildcard host, many labels": {Condition{Field: HostHeader, Values: []string{"*.company.com"}}, get("a.b.company.com", "/"), true},
		"wildcard host, no label":    {Condition{Field: HostHeader, Values: []string{"*.company.com"}}, get("company.com", "/"), false},
		"second value":               {Condition{Field: HostHeader, Values: []string{"a.b", "c.d"}}, get("c.d", "/"), true},
		"host regex, any case": {Condition{Field: HostHeader, RegexValues: []string{`^(a|b)\.company\.com$`}}, get("B.company.com", "/"),
			true},
		"path, other case":       {Condition{Field: PathPattern, Values: []string{"/Img/*"}}, get("h", "/img/x"), false},
		"path, one character":    {Condition{Field: PathPattern, Values: []string{"/v?"}}, get("h", "/v1"), true},
		"path, one is not none":  {Condition{Field: PathPattern, Values: []string{"/v?"}}, get("h", "/v"), false},
		"path, run is none":      {Condition{Field: PathPattern, Values: []string{"/v*"}}, get("h", "/v"), true},
		"path, run over slashes": {Condition{Field: PathPattern, Values: []string{"/*/c"}}, get("h", "/a/b/c"), true},
		"header, any case": {Condition{Field: HTTPHeader, HeaderName: "x-canary", Values: []string{"YES"}}, get("h", "/", "X-Canary",
			"yes"), true},
		"header, second of two": {Condition{Field: HTTPHeader, HeaderName: "X-Canary", Values: []string{"b*"}}, get("h", "/", "X-Canary", "a",
			"X-Canary", "bc"), true},
		"header absent": {Condition{Field: HTTPHeader, HeaderName: "X-Canary", Values: []string{"*"}}, get("h", "/"), false},
		"header regex": {Condition{Field: HTTPHeader, HeaderName: "User-Agent", RegexValues: []string{".+Chrome.+"}},
			get("h", "/", "User-Agent", "x chrome y"), true},
		"method":               {Condition{Field: HTTPRequestMethod, Values: []string{"POST", "GET"}}, get("h", "/"), true},
		"method, other":        {Condition{Field: HTTPRequestMethod, Values: []string{"POST"}}, get("h", "/"), false},
		"method, no wildcards": {Condition{Field: HTTPRequestMethod, Values: []string{"*"}}, get("h", "/"), false},
		"query key and value": {Condition{Field: QueryString, Query: []QueryValue{{"Version", "V?"}}},
			Request{Query: url.Values{"version": {"v1"}}}, true},
		"query, value of other key": {Condition{Field: QueryString, Query: []QueryValue{{"version", "v1"}}},
			Request{Query: url.Values{"v": {"v1"}}}, false},
		"query, any key": {Condition{Field: QueryString, Query: []QueryValue{{"", "v1"}}}, Request{Query: url.Values{"v": {"v0", "v1"}}},
			true},
		"query, literal star": {Condition{Field: QueryString, Query: []QueryValue{{"q", `\*`}}}, Request{Query: url.Values{"q": {"x"}}}, false},
		"source in block":     {Condition{Field: SourceIP, Values: []string{"192.168.0.0/16", "10.0.0.0/8"}}, Request{SourceIP: client}, true},
		"source outside":      {Condition{Field: SourceIP, Values: []string{"192.168.0.0/16"}}, Request{SourceIP: client}, false},
		"source unknown":      {Condition{Field: SourceIP, Values: []string{"0.0.0.0/0"}}, Request{}, false},
		"field unknown":       {Condition{Field: "cookie", Values: []string{"*"}}, get("h", "/"), false},
	} {
		require.Equal(t, c.want, c.condition.Matches(c.request), name)
	}
}

func TestCanaryByWeightAndByHeader(t *testing.T) {
	weights := `{"type":"forward","forwardConfig":{"targetGroups":[
		{"serviceName":"churn","servicePort":"http","weight":90},{"serviceName":"churn-canary","servicePort":80,"weight":10}],
		"targetGroupStickinessConfig":{"enabled":true,"durationSeconds":60}}}`
	stable := ingress("churn", Rule{"api.company.com", []Path{{"/v1/models/churn", Exact, Backend{"split", UseAnnotation}}}}).
		annotated(actionsPrefix+"split", weights)
	canary := route("churn-canary", "api.company.com", "/v1/models/churn", Exact).annotated(groupOrder, "-1",
		conditionsPrefix+"churn-canary", `[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Canary","values":["true"]}}]`)
	lb := mustBuild(t, publicClass, stable, canary)
	l := lb.Listeners[0]
	require.Equal(t, "models/churn-canary-churn-canary:80", target(t, l, get("api.company.com", "/v1/models/churn", "X-Canary", "true")))
	action, matched := l.Match(get("api.company.com", "/v1/models/churn"))
	require.True(t, matched)
	require.Equal(t, &ForwardAction{[]WeightedTargetGroup{
		{Key: "models/churn-churn:http", Weight: 90}, {Key: "models/churn-churn-canary:80", Weight: 10}}, 60}, action.Forward)
	require.Len(t, lb.TargetGroups, 3)
	for point, want := range map[float64]string{0: "models/churn-churn:http", 0.8999: "models/churn-churn:http",
		0.9: "models/churn-churn-canary:80", 0.999: "models/churn-churn-canary:80"} {
		picked, ok := action.Forward.Pick(point)
		require.True(t, ok)
		require.Equal(t, want, picked.Key)
	}
	_, ok := ForwardAction{TargetGroups: []WeightedTargetGroup{{Weight: 0}}}.Pick(0)
	require.False(t, ok)
}

func TestActions(t *testing.T) {
	for action, want := range map[string]any{
		`{"type":"fixed-response","fixedResponseConfig":{"statusCode":"429","contentType":"application/json","messageBody":"{}"}}`:                429,
		`{"Type":"redirect","RedirectConfig":{"Path":"/v2/#{path}","StatusCode":"HTTP_302"}}`:                                                     "http://h.io:80/v2/a?q=1",
		`{"type":"redirect","redirectConfig":{"host":"www.#{host}","query":"x=#{port}","protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}`: "https://www.h.io:443/a?x=80",
	} {
		i := ingress("a", Rule{"", []Path{{"/a", Exact, Backend{"act", UseAnnotation}}}}).annotated(actionsPrefix+"act", action)
		request := get("h.io", "/a")
		request.Query.Set("q", "1")
		require.Equal(t, want, target(t, mustBuild(t, publicClass, i).Listeners[0], request), action)
	}
	require.Equal(t, 302, RedirectAction{StatusCode: "HTTP_302"}.HTTPStatus())
}

func TestRequestOf(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "http://api.localhost:8080/v1/models/a%2Fb:predict?v=1", nil)
	r.Header.Set("X-A", "b")
	r.RemoteAddr = "[::ffff:127.0.0.1]:1234"
	require.Equal(t, Request{
		Method: "POST", Host: "api.localhost:8080", Path: "/v1/models/a%2Fb:predict", Header: r.Header,
		Query: url.Values{"v": {"1"}}, RawQuery: "v=1", SourceIP: netip.MustParseAddr("127.0.0.1"),
	}, RequestOf(r))
}
