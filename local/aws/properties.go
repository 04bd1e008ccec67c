package aws

import (
	"maps"
	"slices"
	"strings"
)

// Properties are the inputs or outputs of a resource as JSON values. Names are those of the Pulumi AWS provider; a path
// such as "vpcConfig.subnetIds" reaches into objects, and over the elements of lists.
type Properties map[string]any

func collect(value any, path []string) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		var all []any
		for _, element := range v {
			all = append(all, collect(element, path)...)
		}
		return all
	case []string:
		return collect(anys(v), path)
	case Properties:
		return collect(map[string]any(v), path)
	case map[string]any:
		if len(path) > 0 {
			return collect(v[path[0]], path[1:])
		}
	}
	if len(path) > 0 {
		return nil
	}
	return []any{value}
}

// All returns every value at path.
func (p Properties) All(path string) []any {
	return collect(map[string]any(p), strings.Split(path, "."))
}

// Has says whether there is a value at path.
func (p Properties) Has(path string) bool { return len(p.All(path)) > 0 }

// Strings returns the non-empty strings at path.
func (p Properties) Strings(path string) []string {
	var all []string
	for _, v := range p.All(path) {
		if s, ok := v.(string); ok && s != "" {
			all = append(all, s)
		}
	}
	return all
}

// String returns the first string at path, or "".
func (p Properties) String(path string) string { return first(p.Strings(path)) }

// Bool returns the first boolean at path, or false.
func (p Properties) Bool(path string) bool {
	v, _ := first(p.All(path)).(bool)
	return v
}

// Int returns the first number at path, or 0.
func (p Properties) Int(path string) int {
	switch v := first(p.All(path)).(type) {
	case float64:
		return int(v)
	case int:
		return v
	}
	return 0
}

// Objects returns the objects at path.
func (p Properties) Objects(path string) []Properties {
	var all []Properties
	for _, v := range p.All(path) {
		if m, ok := v.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

func (p Properties) set(path string, value any) {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		p[head] = value
		return
	}
	child, ok := p[head].(map[string]any)
	if !ok {
		child = map[string]any{}
		p[head] = child
	}
	Properties(child).set(rest, value)
}

// merge returns base with over laid on it, object by object.
func merge(base, over map[string]any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range over {
		below, isObject := out[k].(map[string]any)
		above, alsoObject := v.(map[string]any)
		if isObject && alsoObject {
			v = merge(below, above)
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

func anys(all []string) []any {
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
