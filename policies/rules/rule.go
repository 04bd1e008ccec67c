// Package rules judges the resources of a stack: each rule says what it wants, why, how to get there, and where that is written.
//
// A rule is pure. It sees resources as plain values, of which some may be unknown before they are created, and says of each that it breaks
// the rule, that it cannot be told yet, or nothing.
package rules

import (
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
)

// Topics of rules.
const (
	Security      = "security"
	Reliability   = "reliability"
	Cost          = "cost"
	LoadBalancing = "load balancing"
	Fargate       = "fargate"
	Naming        = "naming"
)

// Rule is one thing that a stack should or must be.
type Rule struct {
	// ID names the rule in settings and messages, in kebab case.
	ID string
	// Topic is one of the topics above.
	Topic string
	// Level is config.PolicyMandatory or config.PolicyAdvisory, unless the settings say otherwise.
	Level string
	// Relaxed says that the rule is advisory outside of production, unless the settings say otherwise.
	Relaxed bool
	// Title says what is wanted, in one line.
	Title string
	// Why says what happens otherwise.
	Why string
	// Fix says what to do.
	Fix string
	// Source is the page that says so.
	Source string
	// Types are the type tokens of the resources that Each looks at.
	Types []string
	// Each judges one resource by its inputs, so that it is refused before it is created. Nil: the rule is about the whole stack.
	Each func(c *Case, r resource.Resource)
	// Whole judges all resources together. Nil: each resource is judged alone.
	Whole func(c *Case, s Stack)
}

// Finding is a resource that breaks a rule, or of which that cannot be told yet.
type Finding struct {
	// Rule is the id of the rule.
	Rule string
	// URN and Name are the resource's.
	URN, Name string
	// Property is the path of the property, such as spec.replicas.
	Property string
	// Given is the value as it is shown; that of a secret is not. Allowed says which values are.
	Given, Allowed string
	// Unknown says that the value is known only when the resource is created, and that the rule is decided then.
	Unknown bool
	// Note is added to the message.
	Note string
}

// Case is what a rule judges by, and what it has found.
type Case struct {
	// Policies are the settings.
	Policies config.Policies
	// Today is the day, as YYYY-MM-DD.
	Today string

	rule     *Rule
	findings []Finding
}

// breaks notes that a property of the resource has a value that is not allowed.
func (c *Case) breaks(r resource.Resource, at path, given any, allowed string) {
	c.findings = append(c.findings, Finding{Rule: c.rule.ID, URN: r.URN, Name: r.Name, Property: at.String(), Given: show(given),
		Allowed: allowed})
}

// unknown notes that a property has to be known first.
func (c *Case) unknown(r resource.Resource, at path) {
	c.findings = append(c.findings, Finding{Rule: c.rule.ID, URN: r.URN, Name: r.Name, Property: at.String(), Unknown: true})
}

// wants judges one property.
func (c *Case) wants(r resource.Resource, at path, allowed string, good func(resource.Value) bool) {
	switch v := r.At(at...); {
	case v.Unknown():
		c.unknown(r, at)
	case !good(v):
		c.breaks(r, at, v, allowed)
	}
}

// decides notes what a test with three answers says of the resource.
func (c *Case) decides(holds truth, r resource.Resource, at path, given any, allowed string) {
	switch holds {
	case no:
		c.breaks(r, at, given, allowed)
	case maybe:
		c.unknown(r, at)
	}
}

// Message says what is wrong, what is allowed, how to get there and where it is written.
func (r Rule) Message(f Finding) string {
	note := ""
	if f.Note != "" {
		note = " " + f.Note
	}
	return fmt.Sprintf("%s: %s is %s; allowed: %s.%s\nFix: %s. Source: %s", f.Name, f.Property, f.Given, f.Allowed, note, r.Fix, r.Source)
}

// property is a rule of one property.
func property(allowed string, good func(resource.Value) bool, at ...any) func(*Case, resource.Resource) {
	return func(c *Case, r resource.Resource) { c.wants(r, at, allowed, good) }
}

// look is the value of a property; one that is unknown is noted.
func (c *Case) look(r resource.Resource, at path) resource.Value {
	v := r.At(at...)
	if v.Unknown() {
		c.unknown(r, at)
	}
	return v
}

// All are the rules, by topic.
func All() []Rule {
	return slices.Concat(clusterRules, storageRules, databaseRules, identityRules, networkRules, podSecurityRules, secretRules, imageRules,
		reliabilityRules, budgetRules, alertRules,
		costRules, loadBalancingRules, fargateRules, namingRules)
}

// is is the good value of a property.
func is(want any) func(resource.Value) bool {
	return func(v resource.Value) bool { return v.Raw() == want }
}

// isIn is a text that is one of several.
func isIn(texts ...string) func(resource.Value) bool {
	return func(v resource.Value) bool { return slices.Contains(texts, v.Text()) }
}

// given is a property that has a value.
func given(v resource.Value) bool { return v.Given() }
