// Package events reads what a preview of the engine said: which resources it would create, change, replace and delete, what the policies
// found, and whether it failed. It knows the engine's two forms, the event log and the digest, and tells them apart by their content.
package events

import (
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// Preview is what one preview said.
type Preview struct {
	// Stack is the stack's name, by the URNs; empty where the preview has no resource.
	Stack string
	// Steps are what happens to each resource, in the engine's order. Each resource has one, and a replacement is one step.
	Steps []Step
	// Leftovers are the URNs of resources that are still there, wait for their deletion since a replacement was interrupted, and have a
	// successor that Steps tells of.
	Leftovers []string
	// Policies are the violations, in the engine's order.
	Policies []Violation
	// PolicyPacks are the names of those that ran, sorted.
	PolicyPacks []string
	// PoliciesTold says that the form has policy results. The digest has none.
	PoliciesTold bool
	// Errors and Warnings are the messages of the engine and the program, each once, without what the engine says about itself.
	Errors, Warnings []string
	// Unseen are settings that change and of which the preview does not show what they do; see WriteUnseen.
	Unseen []string
	// OldOutputs and NewOutputs are the stack's.
	OldOutputs, NewOutputs map[string]any
	// CompleteBefore and CompleteAfter say that Before and After have every resource.
	CompleteBefore, CompleteAfter bool
	// Failed says that the preview did not come to its end. What it told until then is not an account of what would change.
	Failed bool
}

// Op is what happens to a resource.
type Op string

// The engine's operations (https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/), with all steps of a replacement as one.
const (
	OpSame    Op = "same"
	OpCreate  Op = "create"
	OpUpdate  Op = "update"
	OpReplace Op = "replace"
	OpDelete  Op = "delete"
	OpImport  Op = "import"
	OpRead    Op = "read"
)

// Changes says whether the operation changes anything.
func (o Op) Changes() bool { return o != OpSame && o != OpRead }

// Step is what happens to one resource.
type Step struct {
	Op Op
	// URN identifies the resource, and Type is its type token.
	URN, Type string
	// Old is the resource before, nil where there is none, and New the one after. Their properties are the inputs.
	Old, New *resource.Resource
	// Keys are the properties that force a replacement. A resource that is replaced because of another one has none.
	Keys []string
	// Diffs are the paths of the properties that differ.
	Diffs []string
}

// Resource is the one after, or, where there is none, the one before.
func (s Step) Resource() resource.Resource {
	switch {
	case s.New != nil:
		return *s.New
	case s.Old != nil:
		return *s.Old
	}
	return resource.Resource{URN: s.URN, Type: s.Type, Name: resource.NameOf(s.URN)}
}

// DefaultProvider says that the engine made the resource itself, to manage resources that name no provider. It comes and goes with the
// version of the SDK (https://www.pulumi.com/docs/iac/concepts/providers/#default-and-explicit-providers).
func (s Step) DefaultProvider() bool {
	return strings.HasPrefix(s.Type, "pulumi:providers:") && strings.HasPrefix(resource.NameOf(s.URN), "default")
}

// Violation is a resource, or the whole stack, that a policy objects to.
type Violation struct {
	// Policy is the rule's name, and Pack that of the policy pack.
	Policy, Pack string
	// Level is the enforcement level: advisory, mandatory, remediate.
	Level string
	// URN of the resource; empty for the whole stack.
	URN string
	// Message says what is wrong.
	Message string
}

// Before is what the stack has now, without what it only reads.
func (p Preview) Before() resource.Set {
	return set(p.Steps, func(s Step) *resource.Resource { return s.Old })
}

// After is what the stack would have, without what it only reads.
func (p Preview) After() resource.Set {
	return set(p.Steps, func(s Step) *resource.Resource { return s.New })
}

func set(steps []Step, side func(Step) *resource.Resource) resource.Set {
	var all []resource.Resource
	for _, s := range steps {
		if r := side(s); r != nil && s.Op != OpRead {
			all = append(all, *r)
		}
	}
	return resource.NewSet(all)
}
