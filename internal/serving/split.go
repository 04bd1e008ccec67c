package serving

import (
	"strconv"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/modelspec"
)

// Suffixes end the names of the actions that divide requests: the model's name and this.
const (
	TestersSuffix = "-testers"
	SplitSuffix   = "-split"
)

// backend is what a path of a model's Ingress leads to: a Service, or an action that divides requests between two.
type backend struct {
	// name of the Service or of the action, and port: that of the Service, or use-annotation.
	name, port string
	// testers are the clients that it is for; the zero value means all.
	testers modelspec.Testers
	// action is the JSON of the annotation actions.<name>; nil for a Service.
	action map[string]any
}

// backends of a model in the order of their rules: testers of the canary come first. The target groups of both versions are named
// after their Services, so a change of weights, a promotion and the end of the canary leave the stable one as it is.
func backends(m modelspec.Model) []backend {
	stable := StableVersion(m)
	if !m.Canary.Running() {
		return []backend{{name: stable.ServiceName(), port: strconv.Itoa(ServicePort)}}
	}
	canary := canaryVersion(m)
	var all []backend
	if m.Canary.Testers.Pinned() {
		all = append(all, backend{
			name: m.Name + TestersSuffix, port: alb.UseAnnotation, testers: m.Canary.Testers, action: forward(share{canary, 100}),
		})
	}
	return append(all, backend{
		name: m.Name + SplitSuffix, port: alb.UseAnnotation,
		action: forward(share{stable, 100 - m.Canary.Weight}, share{canary, m.Canary.Weight}),
	})
}

// share is a version's part of the requests in percent.
type share struct {
	version Version
	weight  int
}

func forward(shares ...share) map[string]any {
	var groups []map[string]any
	for _, s := range shares {
		groups = append(groups, map[string]any{"serviceName": s.version.ServiceName(), "servicePort": ServicePort, "weight": s.weight})
	}
	return map[string]any{"type": "forward", "forwardConfig": map[string]any{"targetGroups": groups}}
}

// conditions are those that the path itself does not express. The values of a path-pattern condition join the path.
func (b backend) conditions(m modelspec.Model, contract bool) []map[string]any {
	var all []map[string]any
	if contract {
		all = append(all, map[string]any{"field": "path-pattern", "pathPatternConfig": map[string]any{"values": []string{m.StatusPath()}}})
	}
	if header, value := b.testers.Header, b.testers.Value; header != "" {
		all = append(all, headerCondition(header, value))
	}
	if cookie, value := b.testers.Cookie, b.testers.Value; cookie != "" {
		all = append(all, headerCondition("Cookie", "*"+cookie+"="+value+"*"))
	}
	return all
}

func headerCondition(name, value string) map[string]any {
	return map[string]any{"field": "http-header", "httpHeaderConfig": map[string]any{"httpHeaderName": name, "values": []string{value}}}
}
