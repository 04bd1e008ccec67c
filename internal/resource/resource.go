// Package resource holds the resources of a stack as plain values: what a preview, a policy pack or a recording tells of them, in one
// form, for code that decides and knows nothing of where they come from.
package resource

import (
	"maps"
	"slices"
	"strings"
)

// Resource is one resource of a stack.
type Resource struct {
	// URN identifies the resource (https://www.pulumi.com/docs/iac/concepts/resources/names/#urns).
	URN string `json:"urn"`
	// Type is the type token, such as aws:ec2/vpc:Vpc.
	Type string `json:"type"`
	// Name is the logical name, the last part of the URN.
	Name string `json:"name"`
	// Parent is the parent's URN; empty for the stack itself, and where it is not known.
	Parent string `json:"parent,omitempty"`
	// Custom is false for components.
	Custom bool `json:"custom,omitempty"`
	// ID is what the provider knows the resource by; empty where it is not known.
	ID string `json:"id,omitempty"`
	// Properties are string, float64, bool, nil, []any, map[string]any, Unknown and Secret, at any depth. They are the inputs, or, where
	// the source has them, the outputs.
	Properties map[string]any `json:"properties,omitempty"`
	// IgnoreChanges are the properties of which an import and an update leave the value that they find.
	IgnoreChanges []string `json:"ignoreChanges,omitempty"`
}

// Unknown stands for a value that is not known before the resource is created.
type Unknown struct{}

// Secret is a value that is encrypted in the state.
type Secret struct{ Value any }

// At is the property at a path of keys and list indexes, such as At("spec", "template", 0).
func (r Resource) At(path ...any) Value { return Of(r.Properties).At(path...) }

// Declared are the properties without those of IgnoreChanges: what an update holds the resource to.
func (r Resource) Declared() map[string]any {
	declared := r.Properties
	for _, path := range r.IgnoreChanges {
		declared = without(declared, strings.Split(path, "."))
	}
	return declared
}

// without is an object without what is at a path, and the object itself where nothing is.
func without(object map[string]any, path []string) map[string]any {
	value, found := object[path[0]]
	if !found {
		return object
	}
	copied := maps.Clone(object)
	if len(path) == 1 {
		delete(copied, path[0])
	} else if below, isObject := value.(map[string]any); isObject {
		copied[path[0]] = without(below, path[1:])
	}
	return copied
}

// ComponentType is the type token of the innermost component of Modelway that has the resource, by its URN; empty where there is none.
func (r Resource) ComponentType() string {
	parts := strings.Split(r.URN, "::")
	if len(parts) < 4 {
		return ""
	}
	types := strings.Split(parts[2], "$")
	for _, token := range slices.Backward(types) {
		if strings.HasPrefix(token, "modelway:") {
			return token
		}
	}
	return ""
}

// NameOf is the logical name in a URN.
func NameOf(urn string) string {
	if i := strings.LastIndex(urn, "::"); i >= 0 {
		return urn[i+2:]
	}
	return urn
}

// ShortType is a type token as Pulumi's own display has it: aws:ec2:Vpc for aws:ec2/vpc:Vpc.
func ShortType(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	module, file, found := strings.Cut(parts[1], "/")
	if found && strings.EqualFold(file, parts[2]) {
		parts[1] = module
	}
	return strings.Join(parts, ":")
}
