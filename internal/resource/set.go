package resource

import (
	"cmp"
	"slices"
)

// Types that tell what a resource belongs to.
const (
	// PlatformType is the type token of the whole platform.
	PlatformType = "modelway:platform:Platform"
	// ModelType is the type token of a model.
	ModelType = "modelway:model:Model"
)

// ReleaseType is the type token of a Helm release.
const ReleaseType = "kubernetes:helm.sh/v3:Release"

// Set is the resources of one stack at one time.
type Set struct {
	all   []Resource
	byURN map[string]int
}

// NewSet takes resources in any order. Of several with one URN the last one counts.
func NewSet(resources []Resource) Set {
	s := Set{byURN: map[string]int{}}
	for _, r := range resources {
		if i, known := s.byURN[r.URN]; known {
			s.all[i] = r
			continue
		}
		s.byURN[r.URN] = len(s.all)
		s.all = append(s.all, r)
	}
	slices.SortStableFunc(s.all, func(a, b Resource) int { return cmp.Compare(a.URN, b.URN) })
	for i, r := range s.all {
		s.byURN[r.URN] = i
	}
	return s
}

// All are the resources by their URN.
func (s Set) All() []Resource { return s.all }

// ByURN finds a resource.
func (s Set) ByURN(urn string) (Resource, bool) {
	i, found := s.byURN[urn]
	if !found {
		return Resource{}, false
	}
	return s.all[i], true
}

// OfType are the resources of the types, by their URN.
func (s Set) OfType(types ...string) []Resource {
	var found []Resource
	for _, r := range s.all {
		if slices.Contains(types, r.Type) {
			found = append(found, r)
		}
	}
	return found
}

// Ancestor is the nearest parent of a type, at any height, or the resource itself.
func (s Set) Ancestor(r Resource, match func(Resource) bool) (Resource, bool) {
	for range len(s.all) + 1 { // a ring of parents ends, too
		if match(r) {
			return r, true
		}
		parent, found := s.ByURN(r.Parent)
		if !found {
			return Resource{}, false
		}
		r = parent
	}
	return Resource{}, false
}

// Component is the innermost component of Modelway that has the resource, or is it.
func (s Set) Component(r Resource) (Resource, bool) {
	return s.Ancestor(r, func(r Resource) bool { return !r.Custom && r.Type == r.ComponentType() && r.Type != "" })
}

// Model is the name of the model that the resource is part of; empty where it is part of none.
func (s Set) Model(r Resource) string {
	model, found := s.Ancestor(r, func(r Resource) bool { return r.Type == ModelType })
	if !found {
		return ""
	}
	return cmp.Or(model.At("name").Text(), model.Name)
}

// Platform is the component of the whole platform.
func (s Set) Platform() (Resource, bool) {
	for _, r := range s.all {
		if r.Type == PlatformType {
			return r, true
		}
	}
	return Resource{}, false
}
