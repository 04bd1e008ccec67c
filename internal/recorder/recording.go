package recorder

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Resource is one registered resource.
type Resource struct {
	// Type is the type token and Name the logical name.
	Type, Name string
	// URN is computed as the engine does.
	URN resource.URN
	// ID is the id that the stand-in provider gave; empty for components and in previews.
	ID string
	// Inputs are the registered inputs after transforms.
	Inputs resource.PropertyMap
	// Outputs are the stand-in provider's answer, or what a component registered as its outputs.
	Outputs resource.PropertyMap
	// Parent is the parent's URN; the stack's for a resource without one.
	Parent resource.URN
	// DependsOn holds all dependencies in order of URN: the dependsOn option, expanded, and those of the inputs.
	DependsOn []resource.URN
	// PropertyDependencies holds the dependencies of each input.
	PropertyDependencies map[string][]resource.URN
	// Provider is the reference (URN::id) of an explicit provider.
	Provider string
	// Custom is false for components. Remote is true for components of a provider plugin.
	Custom, Remote bool
	// Protect and RetainOnDelete include what is inherited from the parent.
	Protect, RetainOnDelete bool
	// DeleteBeforeReplace is nil when the option is unset.
	DeleteBeforeReplace *bool
	// DeletedWith is the URN in the deletedWith option.
	DeletedWith resource.URN
	// IgnoreChanges, ReplaceOnChanges and AdditionalSecretOutputs are the options of those names.
	IgnoreChanges, ReplaceOnChanges, AdditionalSecretOutputs []string
	// CustomTimeouts are durations such as 15m; empty when unset.
	CustomTimeouts Timeouts
	// Version is the provider plugin's version, when the resource asks for one.
	Version string
	// ImportID is the id in the import option.
	ImportID string
	// Aliases are URNs, or a description of an alias given by its parts.
	Aliases []string
	// Transforms counts the transforms that were called on the resource: its own and its ancestors'.
	Transforms int
}

// Timeouts are the durations of the customTimeouts option.
type Timeouts struct{ Create, Update, Delete string }

// Input is the input at a property path such as tags["Name"] or selectors[0].namespace, as a plain Go value: string,
// float64, bool, []any or map[string]any. Secrets are unwrapped. It is nil when there is no such input.
func (r *Resource) Input(path string) any {
	p, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	v, ok := p.Get(resource.NewProperty(reveal(resource.NewProperty(r.Inputs)).ObjectValue()))
	if !ok {
		return nil
	}
	return v.Mappable()
}

// DependsDirectly says whether r names the URN as a dependency, by option or through an input.
func (r *Resource) DependsDirectly(urn resource.URN) bool {
	return slices.Contains(r.DependsOn, urn)
}

// Recording is what a program registered.
type Recording struct {
	// Resources are in the order of registration, in which every dependency precedes its dependents. Independent resources
	// register concurrently, so their relative order varies.
	Resources []*Resource
	// Outputs are the stack outputs.
	Outputs resource.PropertyMap
	// Invokes are the tokens of the provider functions that were called, in order.
	Invokes []string
	// Unpinned are the tokens of resources and provider functions that name neither a provider nor a version of the plugin. The engine makes a
	// default provider without a version for them, which runs whatever plugin it finds.
	Unpinned []string
	// Warnings are the messages logged at level warning or error.
	Warnings []string

	mu    sync.Mutex
	walks *graph
}

// URNs are the URNs of all resources, sorted.
func (r *Recording) URNs() []resource.URN {
	urns := make([]resource.URN, 0, len(r.Resources))
	for _, res := range r.Resources {
		urns = append(urns, res.URN)
	}
	slices.Sort(urns)
	return urns
}

// URNLines are the URNs, sorted, one a line: what a golden file of a stack holds.
func (r *Recording) URNLines() []byte {
	var b strings.Builder
	for _, urn := range r.URNs() {
		fmt.Fprintln(&b, urn)
	}
	return []byte(b.String())
}

// ByURN is the resource with the URN, or nil.
func (r *Recording) ByURN(urn resource.URN) *Resource {
	for _, res := range r.Resources {
		if res.URN == urn {
			return res
		}
	}
	return nil
}

// OfType are the resources of a type, sorted by URN.
func (r *Recording) OfType(typ string) []*Resource {
	var found []*Resource
	for _, res := range r.Resources {
		if res.Type == typ {
			found = append(found, res)
		}
	}
	slices.SortFunc(found, func(a, b *Resource) int { return strings.Compare(string(a.URN), string(b.URN)) })
	return found
}

// Lookup is the resource of a type with a logical name, or nil.
func (r *Recording) Lookup(typ, name string) *Resource {
	for _, res := range r.Resources {
		if res.Type == typ && res.Name == name {
			return res
		}
	}
	return nil
}

// Find is the resource of a type with a logical name. A test that asks for one that was not registered ends, with the
// names that were.
func (r *Recording) Find(t TB, typ, name string) *Resource {
	t.Helper()
	if res := r.Lookup(typ, name); res != nil {
		return res
	}
	var names []string
	for _, res := range r.OfType(typ) {
		names = append(names, res.Name)
	}
	t.Fatalf("no %s named %q was registered; of this type there are %q", typ, name, names)
	return nil
}

// Children are the direct children of a resource, sorted by URN.
func (r *Recording) Children(urn resource.URN) []*Resource {
	var found []*Resource
	for _, res := range r.Resources {
		if res.Parent == urn {
			found = append(found, res)
		}
	}
	slices.SortFunc(found, func(a, b *Resource) int { return strings.Compare(string(a.URN), string(b.URN)) })
	return found
}

// reveal unwraps secrets and known outputs, at any depth.
func reveal(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return reveal(v.SecretValue().Element)
	case v.IsOutput() && v.OutputValue().Known:
		return reveal(v.OutputValue().Element)
	case v.IsArray():
		items := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, item := range v.ArrayValue() {
			items[i] = reveal(item)
		}
		return resource.NewProperty(items)
	case v.IsObject():
		object := resource.PropertyMap{}
		for key, item := range v.ObjectValue() {
			object[key] = reveal(item)
		}
		return resource.NewProperty(object)
	default:
		return v
	}
}
