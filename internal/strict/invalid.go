package strict

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

// Invalid checks what is given against the schema. Keys that could not be read at all are left out.
func (s Stack) Invalid(given Document, unread []Fault) []Fault {
	instance := maps.Clone(map[string]any(given))
	for _, name := range s.Schema.Names() {
		_, ok := instance[name]
		unreadable := slices.ContainsFunc(unread, func(f Fault) bool { return len(f.path) == 1 && f.path[0] == name })
		if !ok && !unreadable {
			instance[name] = map[string]any{}
		}
	}
	err := s.Schema.validator.Validate(instance)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	t := translation{Stack: s, given: given, mistyped: map[string]bool{}}
	t.walk(invalid)
	return t.withoutRepeats()
}

// translation turns what the validator found into faults.
type translation struct {
	Stack
	given    Document
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
			t.add(t.unknownKey(at.At(name), t.value(at.At(name)), t.given))
		}
	case *kind.Required:
		for _, name := range k.Missing {
			t.add(t.missing(at.At(name)))
		}
	case *kind.Type:
		t.mistyped[at.Key()] = true
		t.add(t.wrongType(at, k))
	case *kind.Enum:
		t.add(t.notInSet(at, k))
	default:
		t.add(t.outOfBounds(at, k))
	}
}

func (t *translation) add(fault Fault) { t.faults = append(t.faults, fault) }

// locate turns the validator's location into a path: a number is a place where the value around it is a list.
func (t *translation) locate(location []string) Path {
	p := Path{}
	for _, step := range location {
		if value, _ := t.given.Get(p); isList(value) {
			if index, err := strconv.Atoi(step); err == nil {
				p = p.At(index)
				continue
			}
		}
		p = p.At(step)
	}
	return p
}

func isList(value any) bool {
	_, ok := value.([]any)
	return ok
}

func (t *translation) value(at Path) any {
	if value, ok := t.given.Get(at); ok {
		return value
	}
	return Absent{}
}

func (t *translation) missing(at Path) Fault {
	node := t.Schema.At(at)
	where, value := t.example(node, at)
	return NewFault(at, Absent{}, Fault{
		Problem: "required, but not given",
		Allowed: describe(node),
		Fix:     t.Set(where, value),
	})
}

func (t *translation) wrongType(at Path, k *kind.Type) Fault {
	node, value := t.Schema.At(at), t.value(at)
	fault := Fault{Problem: fmt.Sprintf("%s, but %s is needed", noun(k.Got), noun(node.Type)), Allowed: describe(node)}
	text, isText := value.(string)
	where, wanted := t.example(node, at)
	if meant, word := yesOrNo(text); word && node.Type == "boolean" {
		wanted = meant
	}
	switch {
	case value == nil:
		fault.Problem = "no value; " + noun(node.Type) + " is needed"
		fault.Fix = t.Remove(at)
	case node.Type == "string" && node.Format == "" && (k.Got == "number" || k.Got == "boolean") && node.takes(t.Lines.written(at, value)):
		fault.Fix = t.Edit("put it in quotes: " + entry(at, strconv.Quote(t.Lines.written(at, value))))
	case node.Type == "string" && k.Got == "number" && wanted != nil:
		fault.Problem += "; without quotes 1.40 is read as 1.4"
		fault.Fix = t.Set(where, wanted)
	case isText && fits(text, node.Type):
		fault.Fix = t.Edit("write it without quotes: " + entry(at, text))
	case node.Type == "array" && isText && node.Items.Type == "string":
		fault.Fix = t.Edit("make it a list: " + entry(at, "["+word(text)+"]"))
	case wanted == nil: // it may be left out, and nobody knows what was meant
		fault.Fix = t.Remove(at)
	case len(where) == len(at):
		fault.Fix = t.Set(where, wanted)
	default:
		fault.Fix = Steps(t.Remove(at), t.Set(where, wanted))
	}
	return NewFault(at, value, fault)
}

// entry writes a value with its key as in the file; an item of a list has none.
func entry(at Path, value string) string {
	if name, ok := at[len(at)-1].(string); ok {
		return word(name) + ": " + value
	}
	return value
}

// word writes a text as YAML takes it within a list: in quotes where it has to be.
func word(text string) string {
	if shellSafe.MatchString(text) && !strings.HasPrefix(text, "@") && !strings.HasPrefix(text, "%") && !strings.HasSuffix(text, ":") {
		return text
	}
	return strconv.Quote(text)
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

func (t *translation) notInSet(at Path, k *kind.Enum) Fault {
	node := t.Schema.At(at)
	value, names := t.value(at), make([]string, len(k.Want))
	for i, want := range k.Want {
		names[i] = fmt.Sprint(want)
	}
	best, fault := t.exampleValue(node, at), Fault{Problem: "not one of the allowed values", Allowed: describe(node)}
	if text, ok := value.(string); ok && !isNumber(text) {
		if meant, found := Suggest(text, names); found {
			best = meant
			fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
		}
	}
	if number, ok := value.(json.Number); ok {
		best = nearest(number, node.Enum)
	}
	fault.Fix = t.Set(at, best)
	return NewFault(at, value, fault)
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

func (t *translation) outOfBounds(at Path, found jsonschema.ErrorKind) Fault {
	node, value := t.Schema.At(at), t.value(at)
	fault := Fault{Problem: "out of range", Allowed: describe(node)}
	switch k := found.(type) {
	case *kind.Minimum:
		fault.Fix = t.Set(at, t.exampleOr(at, k.Want.RatString()))
	case *kind.Maximum:
		fault.Fix = t.Set(at, t.exampleOr(at, k.Want.RatString()))
	case *kind.MinItems:
		where, wanted := t.example(node, at)
		fault.Problem, fault.Fix = "too few items", t.Set(where, wanted)
	case *kind.MaxItems:
		fault.Problem = fmt.Sprintf("too many items: %d", k.Got)
		fault.Fix = t.Remove(at.At(k.Want))
	case *kind.UniqueItems:
		again := at.At(k.Duplicates[1])
		fault.Problem = fmt.Sprintf("%s is listed twice", Show(t.value(again)))
		fault.Allowed, fault.Fix = "each item once", t.Remove(again)
	case *kind.MinLength:
		where, wanted := t.example(node, at)
		fault.Problem, fault.Fix = "empty", t.Set(where, wanted)
	default:
		fault.Problem, fault.Fix = strings.TrimSpace(fmt.Sprint(found)), t.Edit("correct the value")
	}
	return NewFault(at, value, fault)
}

// withoutRepeats drops "required, but not given" where the key is there with a typing error, which is reported already, and
// further findings about a value of the wrong type.
func (t *translation) withoutRepeats() []Fault {
	reported := map[string]bool{}
	misspelled := map[string]bool{}
	for _, fault := range t.faults {
		for _, meant := range fault.reads {
			misspelled[meant.Key()] = true
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

// exampleOr returns the example for the key, or the value where there is none.
func (s Stack) exampleOr(at Path, value any) any {
	if shown, ok := s.Examples[at.Name()]; ok {
		return shown
	}
	return value
}
