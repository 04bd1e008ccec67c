package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"reflect"
	"strings"
	"time"
)

// Document is settings as given or merged: one entry per top-level key, decoded from JSON with numbers as json.Number.
type Document map[string]any

// ParseJSON decodes one JSON value. Whole numbers come back without fraction or exponent.
func ParseJSON(text string) (any, error) {
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
	return normal(value), nil
}

// normal writes whole numbers without fraction or exponent, and a day as people write it: YAML reads 2027-03-31 as a
// time, and the Pulumi CLI passes that on as 2027-03-31 00:00:00 +0000 UTC.
func normal(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = normal(item)
		}
	case []any:
		for i, item := range value {
			value[i] = normal(item)
		}
	case string:
		if day, found := strings.CutSuffix(value, " 00:00:00 +0000 UTC"); found && len(day) == len(time.DateOnly) {
			return day
		}
	case json.Number:
		if number, ok := new(big.Rat).SetString(value.String()); ok && number.IsInt() {
			return json.Number(number.Num().String())
		}
	}
	return value
}

// Get returns the value at the path and whether there is one.
func (d Document) Get(p Path) (any, bool) {
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

// DropFaults takes the values with faults out.
func (d Document) DropFaults(faults []Fault) {
	for _, fault := range faults {
		d.Drop(fault.path)
	}
}

// Drop takes the value at the path out. An item of a list becomes null, so that the others keep their places.
func (d Document) Drop(p Path) {
	parent, ok := d.Get(p[:len(p)-1])
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

// Merge lays the given value over the base: objects key by key, everything else whole.
func Merge(base, given any) any {
	below, ok := base.(map[string]any)
	above, also := given.(map[string]any)
	if !ok || !also {
		return given
	}
	merged := maps.Clone(below)
	for key, value := range above {
		if value == nil {
			continue
		}
		if old, ok := merged[key]; ok {
			value = Merge(old, value)
		}
		merged[key] = value
	}
	return merged
}

// ToDocument turns a struct into the form that JSON decodes to.
func ToDocument(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		panic("strict: encoding defaults: " + err.Error())
	}
	decoded, err := ParseJSON(string(text))
	if err != nil {
		panic("strict: decoding defaults: " + err.Error())
	}
	return decoded.(map[string]any)
}

// Into decodes the document onto a struct. Its own keys have passed a schema or been dropped, so an error is a fault of the program.
func (d Document) Into(target any) error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encoding the merged configuration: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("decoding the merged configuration: %w", err)
	}
	return nil
}

// says reports whether the document gives more at the path than the defaults: Pulumi puts a project's defaults in place
// of keys that a stack does not give.
func (d Document) says(at Path, defaults Document) bool {
	value, given := d.Get(at)
	standard, _ := defaults.Get(at)
	return given && !reflect.DeepEqual(Merge(standard, value), standard)
}
