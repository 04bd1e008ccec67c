package argocd

import "github.com/modelway/modelway/internal/render"

// Resources are those of an API group, by their plural names.
type Resources struct {
	Group string
	Names []string
}

// Delivered are what a model consists of, which Argo CD may write in the namespace of models. Service accounts, which name roles in AWS,
// are the program's.
func Delivered() []Resources {
	all := make([]Resources, len(render.Kinds))
	for i, kind := range render.Kinds {
		all[i] = Resources{kind.Group, []string{kind.Plural}}
	}
	return all
}

// watched are what Kubernetes makes of them, which Argo CD shows below them.
var watched = []Resources{
	{"", []string{"endpoints", "events", "namespaces", "pods"}},
	{"apps", []string{"replicasets"}},
	{"discovery.k8s.io", []string{"endpointslices"}},
}

// Reads are the rules of a role that looks at what models consist of and at what becomes of them, in the form of Kubernetes's API. Secrets
// are not among it.
func Reads() []any {
	var rules []any
	for _, r := range append(Delivered(), watched...) {
		rules = append(rules, r.rule("get", "list", "watch"))
	}
	return rules
}

// rule lets do the verbs with them.
func (r Resources) rule(verbs ...any) map[string]any {
	names := make([]any, len(r.Names))
	for i, name := range r.Names {
		names[i] = name
	}
	return map[string]any{"apiGroups": []any{r.Group}, "resources": names, "verbs": verbs}
}
