package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// models are the models of a stack, before and after.
type models struct {
	before, after resource.Set
	// all are the names of those before, sorted, and of those that only a changed resource tells of.
	all []string
	// classes are the models behind each ingress class before.
	classes map[string][]string
	// hosts are the models that answer on each host before.
	hosts map[string][]string
}

func modelsOf(p events.Preview, before, after resource.Set) models {
	m := models{before: before, after: after, classes: map[string][]string{}, hosts: map[string][]string{}}
	names := map[string]bool{}
	for _, r := range before.All() {
		name := m.of(r)
		if name == "" {
			continue
		}
		names[name] = true
		if class := at(r, "spec.ingressClassName").Text(); r.Type == ingressType && class != "" {
			m.classes[class] = append(m.classes[class], name)
			for _, rule := range r.At("spec", "rules").List() {
				m.hosts[rule.At("host").Text()] = append(m.hosts[rule.At("host").Text()], name)
			}
		}
	}
	m.all = slices.Sorted(maps.Keys(names))
	return m
}

// of is the name of the model that a resource belongs to; empty where it belongs to none. The model itself may be among what the preview
// leaves out.
func (m models) of(r resource.Resource) string {
	for _, set := range []resource.Set{m.after, m.before} {
		if name := set.Model(r); name != "" {
			return name
		}
	}
	if name := resource.NameOf(r.Parent); strings.HasSuffix(strings.TrimSuffix(r.Parent, "::"+name), resource.ModelType) {
		return name
	}
	return ""
}

// served are the models that a resource serves before the change.
func (m models) served(s events.Step, which scope) []string {
	r := s.Resource()
	if s.Old != nil {
		r = *s.Old
	}
	switch which {
	case allModels:
		return m.all
	case nodeModels:
		return m.where("compute", "nodes", "gpu")
	case fargateModels:
		return slices.DeleteFunc(m.where("compute", "fargate"), func(name string) bool { return !m.selected(r, name) })
	case filesModels:
		return m.files()
	case ownModel:
		return []string{m.of(r)}
	case hostModels:
		return slices.Compact(slices.Sorted(slices.Values(m.hosts[at(r, "name").Text()])))
	case namespaceModels:
		return m.where("namespace", at(r, "metadata.name").Text())
	case classModels:
		if name := m.of(r); name != "" {
			return []string{name}
		}
		class := cmp.Or(at(r, "spec.ingressClassName").Text(), at(r, "metadata.name").Text())
		return slices.Compact(slices.Sorted(slices.Values(m.classes[class])))
	}
	return nil
}

// selected says whether a Fargate profile may select the pods of a model, by their namespace. A namespace of a profile may have * and ? in
// it (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html#fargate-profile-wildcards).
func (m models) selected(profile resource.Resource, name string) bool {
	for _, s := range profile.At("selectors").List() {
		for _, r := range m.before.OfType(resource.ModelType) {
			if m.of(r) == name && glob.Match(s.At("namespace").Text(), r.At("namespace").Text()) {
				return true
			}
		}
	}
	return len(profile.At("selectors").List()) == 0
}

// where are the models of which an input has one of the values.
func (m models) where(input string, values ...string) (names []string) {
	for _, r := range m.before.OfType(resource.ModelType) {
		if slices.Contains(values, r.At(input).Text()) {
			names = append(names, m.of(r))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// files are the models that are files.
func (m models) files() (names []string) {
	for _, r := range m.before.OfType(resource.ModelType) {
		if r.At("digest").Given() {
			names = append(names, m.of(r))
		}
	}
	return slices.Sorted(slices.Values(names))
}

// affected are the models whose traffic is touched, or that a breaking change affects.
func affected(r Report) []string {
	names := map[string]bool{}
	for _, m := range r.Models {
		if m.Traffic {
			names[m.Model] = true
		}
	}
	for _, b := range r.Breaking {
		for _, name := range b.Models {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
