package aws

import (
	"maps"
	"slices"
	"strings"
)

// Properties are the inputs or outputs of a resource as JSON values. Names are those of the Pulumi AWS provider; a path
// such as "vpcConfig.subnetIds" reaches into objects, and over the elements of lists.
type Properties map[string]any

// All returns every value at path that is not empty.
func (p Properties) All(path string) []any {
	return collect(map[string]any(p), strings.Split(path, "."))
}

func collect(value any, path []string) (all []any) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			all = append(all, collect(element, path)...)
		}
		return all
	case map[string]any:
		if len(path) > 0 {
			return collect(v[path[0]], path[1:])
		}
	}
	if value == nil || value == "" || len(path) > 0 {
		return nil
	}
	return []any{value}
}

func typed[T any](values []any) (all []T) {
	for _, v := range values {
		if t, ok := v.(T); ok {
			all = append(all, t)
		}
	}
	return all
}

// Has says whether there is a value at path.
func (p Properties) Has(path string) bool { return len(p.All(path)) > 0 }

// Strings returns the strings at path.
func (p Properties) Strings(path string) []string { return typed[string](p.All(path)) }

// String returns the first string at path, or "".
func (p Properties) String(path string) string { return first(p.Strings(path)) }

// Bool returns the first boolean at path, or false.
func (p Properties) Bool(path string) bool { return first(typed[bool](p.All(path))) }

// Int returns the first number at path, or 0.
func (p Properties) Int(path string) int {
	values := p.All(path)
	return int(first(typed[float64](values))) + first(typed[int](values))
}

// Objects returns the objects at path.
func (p Properties) Objects(path string) (all []Properties) {
	for _, object := range typed[map[string]any](p.All(path)) {
		all = append(all, object)
	}
	return all
}

// merge returns base with over laid on it, object by object.
func merge(base, over Properties) Properties {
	out := maps.Clone(base)
	if out == nil {
		out = Properties{}
	}
	for k, v := range over {
		below, isObject := out[k].(map[string]any)
		above, alsoObject := v.(map[string]any)
		if isObject && alsoObject {
			v = map[string]any(merge(below, above))
		}
		out[k] = v
	}
	return out
}

func first[T any](all []T) (zero T) {
	if len(all) == 0 {
		return zero
	}
	return all[0]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
