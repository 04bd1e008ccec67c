package alb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// LBC pkg/ingress/model_build_target_group.go (buildTargetGroupHealthCheckPort), pkg/k8s/service_utils.go.
func TestHealthCheckPort(t *testing.T) {
	service := Service{Namespace: "models", Name: "s", Ports: []ServicePort{
		{Name: "http", Port: 80, TargetPort: "8080", NodePort: 30080}, {Name: "same", Port: 81, NodePort: 30081}, {Name: "status", Port: 82,
			TargetPort: "web", NodePort: 30082}}}
	for _, c := range []struct{ targetType, port, want string }{
		{"ip", "traffic-port", "traffic-port"}, {"ip", "9090", "9090"}, {"ip", "09090", "9090"},
		{"ip", "http", "8080"}, {"ip", "same", "81"},
		{"instance", "http", "30080"}, {"instance", "status", "30082"},
	} {
		lb, err := Build(publicClass, []Ingress{route("s", "", "/", Prefix).annotated(targetType, c.targetType, healthcheckPort, c.port)},
			WithServices(service))
		require.NoError(t, err)
		require.Equal(t, c.want, lb.TargetGroups[0].HealthCheck.Port, c)
	}
	require.Equal(t, "http", mustBuild(t, publicClass, route("s", "", "/", Prefix).annotated(healthcheckPort,
		"http")).TargetGroups[0].HealthCheck.Port, "not known")
	check(t, map[string]faultCase{"named target port": {
		ingresses: []Ingress{route("s", "", "/", Prefix).annotated(healthcheckPort, "status")}, options: []Option{WithServices(service)},
		want: []string{`REFUSED invalid-annotation ingress models/s: annotation ` + healthcheckPort +
			` "status" must be a number, because the target port of Service models/s is a name: web`},
	}})
}

// LBC pkg/ingress/model_build_target_group.go.
func TestFaultsOfTargets(t *testing.T) {
	service := Service{Namespace: "models", Name: "s", Ports: []ServicePort{{Name: "http", Port: 80}}}
	nodes := Service{Namespace: "models", Name: "s", Ports: []ServicePort{{Name: "http", Port: 80, NodePort: 30080}}}
	on := func(service Service, want []string, pairs ...string) faultCase {
		return faultCase{ingresses: []Ingress{route("s", "", "/", Prefix).annotated(pairs...)}, options: []Option{WithServices(service)},
			want: want}
	}
	bad := func(message string) []string {
		return []string{"REFUSED invalid-annotation ingress models/s: annotation " + message}
	}
	control := targetControlPort + "s.80"
	clustered, unclustered := nodes, nodes
	clustered.Annotations, unclustered.Annotations = map[string]string{multiCluster: "true"}, map[string]string{multiCluster: "y"}
	tagged := nodes
	tagged.Annotations = map[string]string{tags: "k"}
	check(t, map[string]faultCase{
		"no node port": on(service, []string{
			"REFUSED invalid-backend ingress models/s: Service models/s has no node port for port 80, which target type instance needs; make the " +
				"Service of type NodePort, or use target type ip"}, targetType, "instance"),
		"node port":            on(nodes, nil, targetType, "instance"),
		"node port not needed": on(service, nil),
		"node labels": on(nodes, bad(targetNodeLabels+` "k" must be comma-separated key=value pairs; "k" is none`), targetType,
			"instance", targetNodeLabels, "k"),
		"node labels not read":    on(nodes, nil, targetNodeLabels, "k"),
		"control port":            on(nodes, nil, control, "3000"),
		"control port, no number": on(nodes, bad(control+` "x" must be an integer within 1..65535`), control, "x"),
		"control port, instance":  on(nodes, bad(control+" needs target type ip"), targetType, "instance", control, "3000"),
		"clusters":                on(nodes, bad(multiCluster+` "x" must be "true" or "false"`), multiCluster, "x"),
		"clusters of both":        on(clustered, bad(multiCluster+` "x" must be "true" or "false"`), multiCluster, "x"),
		"clusters of Service":     on(unclustered, bad(multiCluster+` "y" must be "true" or "false"`), multiCluster, "false"),
		"tags of the Service":     on(tagged, bad(tags+` "k" must be comma-separated key=value pairs; "k" is none`)),
		"no attributes":           on(nodes, nil, targetGroupAttributes, ""),
		"same key": {ingresses: []Ingress{
			ingress("x", Rule{"", []Path{{"/a", Exact, Backend{"x-v2", "80"}}}}),
			ingress("x-x", Rule{"", []Path{{"/b", Exact, Backend{"v2", "80"}}}})},
			want: []string{"warning conflicting-group ingress models/x-x: target group models/x-x-v2:80 of Service v2 is also that of Service " +
				"x-v2 behind Ingress models/x, because LBC joins the names with hyphens, and only one of the Services gets requests; rename one of " +
				"them"}},
	})
}

// LBC pkg/annotations/parser.go (splitKeyValuePairs).
func TestPairs(t *testing.T) {
	for raw, want := range map[string]map[string]string{
		"":               {},
		"a=b":            {"a": "b"},
		" a = b , c=d=e": {"a": "b", "c": "d=e"},
		`a=b\,c,d=e`:     {"a": "b,c", "d": "e"},
		`a=\\`:           {"a": `\`},
		`a=b\`:           {"a": `b\`},
		"a=b,":           {"a": "b,"},
		"a=b, ":          {"a": "b,"},
		"a=1,a=2":        {"a": "2"},
		"a=":             {"a": ""},
		" ":              nil,
		",":              nil,
		"a":              nil,
		"=b":             nil,
		"a=b,c":          nil,
		"a=b,c,d=e":      nil,
		"a=b,,d=e":       nil,
	} {
		read := annotations{"i", map[string]string{tags: raw}, &faultCollector{}}
		pairs, ok := read.pairs(tags)
		require.Equal(t, want, pairs, raw)
		require.Equal(t, want != nil, ok, raw)
		require.Equal(t, want == nil, len(read.faults) == 1, raw)
	}
}
