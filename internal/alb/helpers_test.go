package alb

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// publicClass is a class whose load balancer answers plain HTTP on port 80.
var publicClass = ClassParams{Name: "public", Group: "public", Scheme: "internet-facing"}

// tlsClass is a class that redirects HTTP to HTTPS.
var tlsClass = ClassParams{
	Name: "public", Group: "public", Scheme: "internet-facing",
	CertificateArns: []string{"arn:aws:acm:us-east-1:111122223333:certificate/a", "arn:aws:acm:us-east-1:111122223333:certificate/b"},
	SslPolicy:       "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
	SslRedirectPort: 443,
	Listeners:       []Listener{{"HTTPS", 443}, {"HTTP", 80}},
}

// tlsPorts opens the listeners of tlsClass.
var tlsPorts = map[string]string{listenPorts: ListenPorts(tlsClass.Listeners)}

// model is the Ingress of a model on a shared host: its status and its predictions.
func model(name string) Ingress {
	return ingress(name, Rule{Host: "api.company.com", Paths: []Path{
		{"/v1/models/" + name, Exact, Backend{name, "http"}},
		{"/v1/models/" + name + ":predict", Exact, Backend{name, "http"}},
	}})
}

// ingress is an Ingress in namespace models.
func ingress(name string, rules ...Rule) Ingress {
	return Ingress{Namespace: "models", Name: name, ClassName: "public", Rules: rules}
}

// route is an Ingress with one path, in front of the Service of the same name.
func route(name, host, path, pathType string) Ingress {
	return ingress(name, Rule{host, []Path{{path, pathType, Backend{name, "80"}}}})
}

// annotated gives the Ingress with annotations, in pairs of name and value.
func (i Ingress) annotated(pairs ...string) Ingress {
	annotations := map[string]string{}
	for k, v := range i.Annotations {
		annotations[k] = v
	}
	for n := 0; n < len(pairs); n += 2 {
		annotations[pairs[n]] = pairs[n+1]
	}
	i.Annotations = annotations
	return i
}

// mustBuild builds without any fault.
func mustBuild(t require.TestingT, params ClassParams, ingresses ...Ingress) LoadBalancer {
	lb, err := Build(params, ingresses)
	require.NoError(t, err)
	return lb
}

// get is a GET request; further arguments are header names and values.
func get(host, path string, headers ...string) Request {
	r := Request{Method: "GET", Host: host, Path: path, Header: http.Header{}, Query: url.Values{}}
	for n := 0; n < len(headers); n += 2 {
		r.Header.Add(headers[n], headers[n+1])
	}
	return r
}

// target gives the key of the only target group that a request is forwarded to, or the status of a fixed response.
func target(t require.TestingT, l ListenerModel, r Request) any {
	action, _ := l.Match(r)
	switch action.Type {
	case Forward:
		require.Len(t, action.Forward.TargetGroups, 1)
		return action.Forward.TargetGroups[0].Key
	case FixedResponse:
		return action.FixedResponse.StatusCode
	}
	return action.Redirect.Location(l.Listener, r)
}

// paths gives the values of the path conditions of all rules, in order of priority.
func paths(l ListenerModel) [][]string {
	var values [][]string
	for _, rule := range l.Rules {
		for _, c := range rule.Conditions {
			if c.Field == PathPattern {
				values = append(values, append(c.Values, c.RegexValues...))
			}
		}
	}
	return values
}

func TestListenPortsKeepsOrder(t *testing.T) {
	require.Equal(t, `[{"HTTPS":443},{"HTTP":80}]`, ListenPorts(tlsClass.Listeners))
	require.Equal(t, `[]`, ListenPorts(nil))
}
