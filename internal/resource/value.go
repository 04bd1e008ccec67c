package resource

import (
	"fmt"
	"strconv"
	"strings"
)

// Value is a property, or the lack of one. Secrets are unwrapped.
type Value struct {
	raw    any
	given  bool
	secret bool
}

// Of is the value of a property of a Resource.
func Of(raw any) Value { return Value{given: true}.with(raw) }

func (v Value) with(raw any) Value {
	for {
		secret, ok := raw.(Secret)
		if !ok {
			break
		}
		raw, v.secret = secret.Value, true
	}
	v.raw = raw
	return v
}

// At is the value below, at a path of keys and list indexes. Below an unknown value everything is unknown, and below a secret everything is
// secret.
func (v Value) At(path ...any) Value {
	for _, step := range path {
		if v.Unknown() {
			return v
		}
		var next any
		found := false
		switch container := v.raw.(type) {
		case map[string]any:
			if key, ok := step.(string); ok {
				next, found = container[key]
			}
		case []any:
			if i, ok := step.(int); ok && i >= 0 && i < len(container) {
				next, found = container[i], true
			}
		}
		if !found {
			return Value{}
		}
		v = v.with(next)
	}
	return v
}

// Unknown says that the value is not known before the resource is created.
func (v Value) Unknown() bool { _, unknown := v.raw.(Unknown); return unknown }

// Given says that there is a value, known or not; null is none.
func (v Value) Given() bool { return v.given && v.raw != nil }

// Secret says that the value, or one that it is part of, is encrypted in the state.
func (v Value) Secret() bool { return v.secret }

// Text is the value when it is a string, and otherwise "".
func (v Value) Text() string { text, _ := v.raw.(string); return text }

// Number is the value when it is a number, and otherwise 0.
func (v Value) Number() float64 { number, _ := v.raw.(float64); return number }

// Bool is the value when it is a boolean, and otherwise false.
func (v Value) Bool() bool { is, _ := v.raw.(bool); return is }

// List are the elements when the value is a list, and otherwise none.
func (v Value) List() []Value {
	list, _ := v.raw.([]any)
	values := make([]Value, len(list))
	for i := range list {
		values[i] = v.At(i)
	}
	return values
}

// Texts are the elements that are known strings when the value is a list, and otherwise none.
func (v Value) Texts() []string {
	var texts []string
	for _, item := range v.List() {
		if text, ok := item.raw.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Map are the entries when the value is an object, and otherwise none.
func (v Value) Map() map[string]Value {
	object, _ := v.raw.(map[string]any)
	values := make(map[string]Value, len(object))
	for key := range object {
		values[key] = v.At(key)
	}
	return values
}

// HasUnknown says whether the value or anything in it is unknown.
func (v Value) HasUnknown() bool {
	if v.Unknown() {
		return true
	}
	for _, item := range v.List() {
		if item.HasUnknown() {
			return true
		}
	}
	for _, item := range v.Map() {
		if item.HasUnknown() {
			return true
		}
	}
	return false
}

// Raw is the value itself, without the secrecy of its own; that of what is in it is kept.
func (v Value) Raw() any { return v.raw }

// Shown is the value as people read it, without what is secret or not known yet; empty where there is none.
func (v Value) Shown() string {
	switch {
	case v.Unknown():
		return "(not known yet)"
	case v.Secret():
		return "(secret)"
	case !v.Given():
		return ""
	case len(v.List()) > 0:
		shown := make([]string, len(v.List()))
		for i, item := range v.List() {
			shown[i] = item.Shown()
		}
		return strings.Join(shown, ", ")
	}
	if number, is := v.raw.(float64); is {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return fmt.Sprint(v.raw)
}
