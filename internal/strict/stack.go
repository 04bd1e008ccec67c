package strict

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Stack is a stack whose settings are judged. It writes the fixes: commands of the Pulumi CLI, and advice to change the stack's file.
type Stack struct {
	// Name of the stack.
	Name string
	// Schema of the settings.
	Schema *Schema
	// Defaults hold where the stack says nothing.
	Defaults Document
	// Examples are values to show in fixes for keys that have neither a default nor a closed set, by name of the key.
	Examples map[string]any
	// Lines tell where the settings are written.
	Lines *Lines
}

// shellSafe is a word that a shell takes as it is.
var shellSafe = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// Set returns the command that sets the value at the path.
func (s Stack) Set(at Path, value any) string {
	if key := at.Key(); len(at) == 1 && !strings.HasPrefix(key, Namespace+":") {
		return fmt.Sprintf("pulumi config set --stack %s %s %v", s.Name, key, value)
	}
	text, typed := fmt.Sprint(value), ""
	if node := s.Schema.At(at); node != nil && node.Type == "string" && coerced(text) {
		typed = " --type string"
	}
	return fmt.Sprintf("pulumi config set --stack %s --path%s %s %s", s.Name, typed, Quote(at.Key()), Quote(text))
}

// coerced reports whether `pulumi config set --path` would store the text as a number, true or false
// (https://github.com/pulumi/pulumi/issues/17586).
func coerced(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil || text == "true" || text == "false"
}

// Remove returns the command that removes the value at the path.
func (s Stack) Remove(at Path) string {
	if name := fmt.Sprint(at[0]); len(at) == 1 && !plainName.MatchString(name) {
		return fmt.Sprintf("pulumi config rm --stack %s %s", s.Name, Quote(at.Key()))
	}
	return fmt.Sprintf("pulumi config rm --stack %s --path %s", s.Name, Quote(at.Key()))
}

// Edit returns advice to change the stack's file.
func (s Stack) Edit(what string) string { return fmt.Sprintf("in Pulumi.%s.yaml, %s", s.Name, what) }

// Either joins alternatives.
func Either(fixes ...string) string { return strings.Join(fixes, "\nor: ") }

// Steps joins commands to run one after another.
func Steps(fixes ...string) string { return strings.Join(fixes, "\n") }

// Remark puts a comment behind a command, in a form that a shell ignores.
func Remark(fix, comment string) string { return fix + " # " + comment }

// Quote makes one shell word of the text.
func Quote(text string) string {
	if shellSafe.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Read reads the values of the names from the source. What is not JSON is a fault.
func (s Stack) Read(source Source, names []string) (Document, []Fault) {
	given, faults := Document{}, []Fault{}
	for _, name := range names {
		text, ok := source.Get(name)
		if !ok {
			continue
		}
		value, err := ParseJSON(text)
		if err != nil {
			at := Path{name}
			where, value := s.example(s.Schema.Properties[name], at)
			fault := Fault{Problem: "not an object: " + err.Error(), Allowed: describe(s.Schema.Properties[name]), Fix: s.Remove(at)}
			key, _, _ := strings.Cut(text, ":")
			if _, unspaced := s.Schema.Properties[name].Properties[key]; unspaced {
				fault.Fix = s.Edit("write a space after the colon of " + key + ":")
			} else if text != "" {
				fault.Fix = Steps(fault.Fix, s.Set(where, value))
			}
			faults = append(faults, NewFault(at, text, fault))
			continue
		}
		given[name] = s.Schema.Properties[name].quantities(value)
	}
	return given, faults
}

// example returns the path of a value to set in order to fill what is at the path, and that value.
func (s Stack) example(node *Schema, at Path) (Path, any) {
	switch node.Type {
	case "array":
		return s.example(node.Items, at.At(0))
	case "object":
		for _, name := range append(slices.Clone(node.Required), node.Names()...) {
			if where, value := s.example(node.Properties[name], at.At(name)); value != nil {
				return where, value
			}
		}
		if node.AdditionalProperties.schema != nil && node.AdditionalProperties.schema.Type == "string" {
			return at.At("team"), "mlops"
		}
		return at, "{}"
	}
	return at, s.exampleValue(node, at)
}

// exampleValue returns an allowed value of a key: its default, the first of its closed set, or one from Examples; nil where there is none.
func (s Stack) exampleValue(node *Schema, at Path) any {
	switch {
	case node.Default != nil && node.Default != "":
		return node.Default
	case len(node.Enum) > 0:
		return node.Enum[0]
	}
	if value, ok := s.Examples[at.Name()]; ok {
		return value
	}
	if node.Minimum != nil {
		return *node.Minimum
	}
	return map[string]any{"integer": 1, "boolean": true}[node.Type]
}
