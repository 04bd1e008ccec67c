package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

func rootSchema() *schema {
	_, tree := compiled()
	return tree
}

// schemaFaults checks what is given against the schema. Keys that could not be read at all are left out.
func schemaFaults(stack string, given document, unread []Fault) []Fault {
	instance := maps.Clone(map[string]any(given))
	for _, name := range rootSchema().propertyNames() {
		_, ok := instance[name]
		unreadable := slices.ContainsFunc(unread, func(f Fault) bool { return len(f.path) == 1 && f.path[0] == name })
		if !ok && !unreadable {
			instance[name] = map[string]any{}
		}
	}
	validator, _ := compiled()
	err := validator.Validate(instance)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	t := translation{stack: stack, given: given, mistyped: map[string]bool{}}
	t.walk(invalid)
	return t.withoutRepeats()
}

// translation turns what the validator found into faults.
type translation struct {
	stack    string
	given    document
	faults   []Fault
	mistyped map[string]bool // keys whose values have the wrong type: nothing more is said about them
}

// walk visits the errors that have no causes: those are the findings.
func (t *translation) walk(e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			t.walk(cause)
		}
		return
	}
	at := t.locate(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			taken := func(other string) bool { _, given := t.given.get(at.at(other)); return given }
			t.add(unknownKey(t.stack, at.at(name), t.value(at.at(name)), rootSchema().at(at).propertyNames(), taken))
		}
	case *kind.Required:
		for _, name := range k.Missing {
			t.add(t.missing(at.at(name)))
		}
	case *kind.Type:
		t.mistyped[at.String()] = true
		t.add(t.wrongType(at, k))
	case *kind.Enum:
		t.add(t.notInSet(at, k))
	default:
		t.add(t.outOfBounds(at, k))
	}
}

func (t *translation) add(fault Fault) { t.faults = append(t.faults, fault) }

// locate turns the validator's location into a path: a number is a place where the value around it is a list.
func (t *translation) locate(location []string) path {
	p := path{}
	for _, step := range location {
		if value, _ := t.given.get(p); isList(value) {
			if index, err := strconv.Atoi(step); err == nil {
				p = p.at(index)
				continue
			}
		}
		p = p.at(step)
	}
	return p
}

func isList(value any) bool {
	_, ok := value.([]any)
	return ok
}

func (t *translation) value(at path) any {
	if value, ok := t.given.get(at); ok {
		return value
	}
	return absent{}
}

func (t *translation) missing(at path) Fault {
	node := rootSchema().at(at)
	where, value := example(node, at)
	return newFault(at, absent{}, Fault{
		Problem: "required, but not given",
		Allowed: describe(node),
		Fix:     setFix(t.stack, where, value),
	})
}

func (t *translation) wrongType(at path, k *kind.Type) Fault {
	node, value := rootSchema().at(at), t.value(at)
	fault := Fault{Problem: fmt.Sprintf("%s, but %s is needed", noun(k.Got), noun(node.kind())), Allowed: describe(node)}
	text, isText := value.(string)
	where, wanted := example(node, at)
	switch {
	case value == nil:
		fault.Problem = "no value; " + noun(node.kind()) + " is needed"
		fault.Fix = removeFix(t.stack, at)
	case node.kind() == "string" && (k.Got == "number" || k.Got == "boolean") && node.takes(show(value)):
		fault.Fix = editFix(t.stack, fmt.Sprintf("put it in quotes: %s: %q", lastStep(at), show(value)))
	case node.kind() == "string" && k.Got == "number":
		fault.Problem += "; without quotes 1.40 is read as 1.4"
		fault.Fix = setFix(t.stack, where, wanted)
	case isText && fits(text, node.kind()):
		fault.Fix = editFix(t.stack, fmt.Sprintf("write it without quotes: %s: %s", lastStep(at), text))
	case node.kind() == "array" && isText && node.Items.kind() == "string":
		fault.Fix = editFix(t.stack, fmt.Sprintf("make it a list: %s: [%s]", lastStep(at), text))
	case len(where) == len(at):
		fault.Fix = setFix(t.stack, where, wanted)
	default:
		fault.Fix = steps(removeFix(t.stack, at), setFix(t.stack, where, wanted))
	}
	return newFault(at, value, fault)
}

// lastStep names the value within what surrounds it, for a line of YAML.
func lastStep(at path) string {
	if name, ok := at[len(at)-1].(string); ok {
		return name
	}
	return "-"
}

// fits reports whether a text reads as a value of the JSON type.
func fits(text, jsonType string) bool {
	switch jsonType {
	case "integer":
		_, err := strconv.Atoi(text)
		return err == nil
	case "boolean":
		return text == "true" || text == "false"
	}
	return false
}

func (t *translation) notInSet(at path, k *kind.Enum) Fault {
	node := rootSchema().at(at)
	value, names := t.value(at), make([]string, len(k.Want))
	for i, want := range k.Want {
		names[i] = fmt.Sprint(want)
	}
	best, fault := exampleValue(node, at), Fault{Problem: "not one of the allowed values", Allowed: describe(node)}
	if text, ok := value.(string); ok && !isNumber(text) {
		if meant, found := Suggest(text, names); found {
			best = meant
			fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
		}
	}
	if number, ok := value.(json.Number); ok {
		best = nearest(number, node.Enum)
	}
	fault.Fix = setFix(t.stack, at, best)
	return newFault(at, value, fault)
}

// nearest returns the lowest number of the set that is not below the given one, or the highest of all.
func nearest(given json.Number, set []any) any {
	wanted, _ := given.Float64()
	for _, item := range set {
		if number, ok := item.(float64); ok && number >= wanted {
			return number
		}
	}
	return set[len(set)-1]
}

func (t *translation) outOfBounds(at path, found jsonschema.ErrorKind) Fault {
	node, value := rootSchema().at(at), t.value(at)
	fault := Fault{Problem: "out of range", Allowed: describe(node)}
	switch k := found.(type) {
	case *kind.Minimum:
		fault.Fix = setFix(t.stack, at, exampleOr(at, k.Want.RatString()))
	case *kind.Maximum:
		fault.Fix = setFix(t.stack, at, exampleOr(at, k.Want.RatString()))
	case *kind.MinItems:
		where, wanted := example(node, at)
		fault.Problem, fault.Fix = "too few items", setFix(t.stack, where, wanted)
	case *kind.MaxItems:
		fault.Problem = fmt.Sprintf("too many items: %d", k.Got)
		fault.Fix = removeFix(t.stack, at.at(k.Want))
	case *kind.UniqueItems:
		again := at.at(k.Duplicates[1])
		fault.Problem = fmt.Sprintf("%s is listed twice", show(t.value(again)))
		fault.Allowed, fault.Fix = "each item once", removeFix(t.stack, again)
	case *kind.MinLength:
		where, wanted := example(node, at)
		fault.Problem, fault.Fix = "empty", setFix(t.stack, where, wanted)
	default:
		fault.Problem, fault.Fix = strings.TrimSpace(fmt.Sprint(found)), editFix(t.stack, "correct the value")
	}
	return newFault(at, value, fault)
}

// withoutRepeats drops "required, but not given" where the key is there with a typing error, which is reported already, and
// further findings about a value of the wrong type.
func (t *translation) withoutRepeats() []Fault {
	reported := map[string]bool{}
	misspelled := map[string]bool{}
	for _, fault := range t.faults {
		for _, meant := range fault.reads {
			misspelled[meant.String()] = true
		}
	}
	return slices.DeleteFunc(t.faults, func(fault Fault) bool {
		if t.mistyped[fault.Key] {
			again := reported[fault.Key]
			reported[fault.Key] = true
			return again
		}
		return fault.Given == "" && misspelled[fault.Key]
	})
}
