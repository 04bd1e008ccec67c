package config

import (
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
)

// document is the configuration as given: one entry per key of Namespace, decoded from JSON with numbers as json.Number.
type document map[string]any

// readDocument reads the values of the names from the source. What is not JSON is a fault.
func readDocument(source Source, names []string) (document, []Fault) {
	given, faults := document{}, []Fault{}
	for _, name := range names {
		text, ok := source.Get(name)
		if !ok {
			continue
		}
		value, err := parseJSON(text)
		if err != nil {
			at := path{name}
			where, value := example(rootSchema().Properties[name], at)
			fault := Fault{
				Problem: "not an object: " + err.Error(),
				Allowed: describe(rootSchema().Properties[name]),
				Fix:     removeFix(source.Stack(), at),
			}
			if text != "" {
				fault.Fix = steps(fault.Fix, setFix(source.Stack(), where, value))
			}
			faults = append(faults, newFault(at, text, fault))
			continue
		}
		given[name] = value
	}
	return given, faults
}

// parseJSON decodes one JSON value. Whole numbers come back without fraction or exponent.
func parseJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		return nil, errors.New("it is plain text")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after its end")
	}
	return wholeNumbers(value), nil
}

func wholeNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = wholeNumbers(item)
		}
	case []any:
		for i, item := range value {
			value[i] = wholeNumbers(item)
		}
	case json.Number:
		if number, ok := new(big.Rat).SetString(value.String()); ok && number.IsInt() {
			return json.Number(number.Num().String())
		}
	}
	return value
}

// get returns the value at the path and whether there is one.
func (d document) get(p path) (any, bool) {
	var value any = map[string]any(d)
	for _, step := range p {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			next, ok := object[step]
			if !ok {
				return nil, false
			}
			value = next
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil, false
			}
			value = list[step]
		}
	}
	return value, true
}

// drop takes the value at the path out. An item of a list becomes null, so that the others keep their places.
func (d document) drop(p path) {
	parent, ok := d.get(p[:len(p)-1])
	if !ok {
		return
	}
	switch step := p[len(p)-1].(type) {
	case string:
		if object, ok := parent.(map[string]any); ok {
			delete(object, step)
		}
	case int:
		if list, ok := parent.([]any); ok && step < len(list) {
			list[step] = nil
		}
	}
}

// merge lays the given value over the base: objects key by key, everything else whole.
func merge(base, given any) any {
	below, ok := base.(map[string]any)
	above, also := given.(map[string]any)
	if !ok || !also {
		return given
	}
	merged := make(map[string]any, len(below)+len(above))
	for key, value := range below {
		merged[key] = value
	}
	for key, value := range above {
		if value == nil {
			continue
		}
		if old, ok := merged[key]; ok {
			value = merge(old, value)
		}
		merged[key] = value
	}
	return merged
}
