package recorder

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Edge says that From depends on To: To is created first and From is deleted first.
type Edge struct{ From, To resource.URN }

// Edges are the dependencies that the program states, by option or through an input, sorted. Parents and providers are
// not among them.
func (r *Recording) Edges() []Edge {
	var edges []Edge
	for _, res := range r.Resources {
		for _, to := range res.DependsOn {
			edges = append(edges, Edge{res.URN, to})
		}
	}
	slices.SortFunc(edges, func(a, b Edge) int {
		return strings.Compare(string(a.From)+" "+string(a.To), string(b.From)+" "+string(b.To))
	})
	return edges
}

// WithoutEdge is a copy of the recording that lacks one edge, for tests that must notice its loss.
func (r *Recording) WithoutEdge(e Edge) *Recording {
	changed := &Recording{Resources: slices.Clone(r.Resources), Outputs: r.Outputs, Invokes: r.Invokes, Warnings: r.Warnings}
	isTo := func(urn resource.URN) bool { return urn == e.To }
	for i, res := range changed.Resources {
		if res.URN != e.From {
			continue
		}
		cut := *res
		cut.DependsOn = slices.DeleteFunc(slices.Clone(res.DependsOn), isTo)
		cut.PropertyDependencies = maps.Clone(res.PropertyDependencies)
		for key, urns := range cut.PropertyDependencies {
			cut.PropertyDependencies[key] = slices.DeleteFunc(slices.Clone(urns), isTo)
		}
		changed.Resources[i] = &cut
	}
	return changed
}

// Reaches says whether from depends on to, directly or through others, so that a destroy deletes from before it starts to
// delete to. It follows what the engine follows: dependencies, property dependencies, deletedWith, the provider and
// the parent; and a dependency on a component includes the component's descendants that were registered earlier
// (https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/resource/graph/dependency_graph.go).
func (r *Recording) Reaches(from, to resource.URN) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.walks == nil {
		r.walks = &graph{resources: r.Resources, position: map[resource.URN]int{}, reached: map[resource.URN]map[resource.URN]bool{}}
		for i, res := range r.Resources {
			r.walks.position[res.URN] = i
		}
	}
	return r.walks.reachable(from)[to]
}

// graph indexes a recording for walks.
type graph struct {
	resources []*Resource
	position  map[resource.URN]int
	// reached keeps the walks that were made.
	reached map[resource.URN]map[resource.URN]bool
}

// reachable are all resources on which the one with the URN depends.
func (g *graph) reachable(from resource.URN) map[resource.URN]bool {
	if seen, ok := g.reached[from]; ok {
		return seen
	}
	seen := map[resource.URN]bool{}
	for queue := []resource.URN{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range g.dependencies(queue[0]) {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	g.reached[from] = seen
	return seen
}

// dependencies are the resources that the engine keeps until the one with the URN is deleted.
func (g *graph) dependencies(urn resource.URN) []resource.URN {
	at, ok := g.position[urn]
	if !ok {
		return nil
	}
	res := g.resources[at]
	direct := slices.Clone(res.DependsOn)
	for _, urns := range res.PropertyDependencies {
		direct = append(direct, urns...)
	}
	if res.DeletedWith != "" {
		direct = append(direct, res.DeletedWith)
	}
	if provider := providerURN(res.Provider); provider != "" {
		direct = append(direct, provider)
	}
	all := direct
	for _, dep := range direct {
		if i, ok := g.position[dep]; ok && !g.resources[i].Custom {
			all = append(all, g.descendants(dep, at)...)
		}
	}
	return append(all, res.Parent)
}

// descendants are those below a component that were registered before the given position.
func (g *graph) descendants(component resource.URN, before int) []resource.URN {
	below := map[resource.URN]bool{component: true}
	var found []resource.URN
	for _, res := range g.resources[:before] {
		if below[res.Parent] {
			below[res.URN] = true
			found = append(found, res.URN)
		}
	}
	return found
}

// providerURN cuts the id off a provider reference.
func providerURN(ref string) resource.URN {
	if i := strings.LastIndex(ref, "::"); i > 0 {
		return resource.URN(ref[:i])
	}
	return ""
}
