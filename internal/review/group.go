package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// Group is the changes of one component, or of one model.
type Group struct {
	// Component is the noun of the innermost Modelway component, such as network or cluster; stack for what is in none.
	Component string `json:"component"`
	// Model is the model's name; empty for what serves all models.
	Model string `json:"model"`
	// Counts are the numbers of its changes.
	Counts Counts `json:"counts"`
	// Changes are its changes, by URN.
	Changes []Change `json:"changes"`
}

// Change is what happens to one resource.
type Change struct {
	// Op is create, update, replace, delete, import, or another operation of the engine.
	Op events.Op `json:"op"`
	// URN of the resource.
	URN string `json:"urn"`
	// Type is the resource's type token.
	Type string `json:"type"`
	// Name is the resource's logical name.
	Name string `json:"name"`
	// Keys are the properties that force a replacement.
	Keys []string `json:"keys"`
	// Diffs are the paths of the properties that differ.
	Diffs []string `json:"diffs"`
	// Differences are the values that differ, by path, without those of tags where anything else does.
	Differences []events.Difference `json:"differences"`
}

// Component says that it is a component of Modelway, whose resources have changes of their own.
func (c Change) Component() bool { return strings.HasPrefix(c.Type, "modelway:") }

// Forces says that a difference is what forces the replacement of the resource.
func (c Change) Forces(d events.Difference) bool {
	return slices.ContainsFunc(c.Keys, func(key string) bool {
		return d.Path == key || strings.HasPrefix(d.Path, key+".") || strings.HasPrefix(d.Path, key+"[")
	})
}

// Telling are the differences that tell why: of what is replaced, only what forces that.
func (c Change) Telling() []events.Difference {
	forcing := slices.DeleteFunc(slices.Clone(c.Differences), func(d events.Difference) bool { return !c.Forces(d) })
	if len(forcing) > 0 {
		return forcing
	}
	return slices.Clone(c.Differences)
}

// Differs is what differs, on one line; of what is replaced, only what forces that.
func (c Change) Differs() string {
	const most = 4
	var texts []string
	for _, d := range c.Telling() {
		texts = append(texts, d.Clipped(MostOfDifference))
	}
	if more := len(texts) - most; more > 0 {
		texts = append(texts[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ";\n")
}

// MostOfDifference is the most characters of each value of a difference.
const MostOfDifference = 60

// groups are the steps that change something, by component and then model. None is left out.
func groups(steps []events.Step, m models) []Group {
	type key struct{ component, model string }
	byKey := map[key]*Group{}
	for _, s := range steps {
		if !s.Op.Changes() {
			continue
		}
		r := s.Resource()
		k := key{noun(r), m.of(r)}
		if byKey[k] == nil {
			byKey[k] = &Group{Component: k.component, Model: k.model}
		}
		g := byKey[k]
		g.Counts.add(s.Op)
		g.Changes = append(g.Changes, Change{
			Op: s.Op, URN: s.URN, Type: s.Type, Name: resource.NameOf(s.URN), Keys: s.Keys, Diffs: s.Diffs, Differences: s.Differences(),
		})
	}
	all := make([]Group, 0, len(byKey))
	for _, g := range byKey {
		slices.SortFunc(g.Changes, func(a, b Change) int { return cmp.Compare(a.URN, b.URN) })
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Model, b.Model))
	})
	return all
}

// noun is the module of the type of the innermost component: network for modelway:network:Network.
func noun(r resource.Resource) string {
	if parts := strings.Split(r.ComponentType(), ":"); len(parts) == 3 {
		return parts[1]
	}
	return "stack"
}
