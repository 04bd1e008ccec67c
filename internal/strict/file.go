package strict

import (
	"reflect"
	"slices"
	"strings"
)

// File is a YAML file while it is decoded, merged and checked. Keys in it are written with dots: replicas.max, egress.0.
type File struct {
	// Name of the file, as faults name it.
	Name string
	// Faults found so far.
	Faults []Fault

	origins  map[string]Fault // where each given key was written, by key
	hints    map[string]Hint
	quantity map[string]bool // keys whose texts may be written as numbers
}

// Hint says of a value of the wrong kind, as it is written, what is allowed and the fix.
type Hint func(written string) (allowed, fix string)

// Given reports whether the key is given, in the file or by an override.
func (f *File) Given(key string) bool { _, ok := f.origins[key]; return ok }

// Empty reports whether no key is given.
func (f *File) Empty() bool { return len(f.origins) == 0 }

// Origin returns a fault without words at the place where the key was written, or the nearest key around it, or the first line of the file.
func (f *File) Origin(key string) Fault {
	for around := key; around != ""; around, _ = cutLast(around) {
		if at, ok := f.origins[around]; ok {
			if at.File != "" {
				at.Key = key
			}
			return at
		}
	}
	return f.at(1, key)
}

// Rejected reports whether the file gives the key with a value that could not be decoded, and no override replaces it.
func (f *File) Rejected(key string) bool {
	if at, ok := f.origins[key]; ok && at.File == "" {
		return false
	}
	return slices.ContainsFunc(f.Faults, func(fault Fault) bool { return fault.Key == key })
}

// Fault adds a fault at a place.
func (f *File) Fault(at Fault, problem, allowed, fix string) {
	at.Problem, at.Allowed, at.Fix = problem, allowed, fix
	f.Faults = append(f.Faults, at)
}

func (f *File) at(line int, key string) Fault { return Fault{File: f.Name, Line: line, Key: key} }

func cutLast(path string) (before, after string) {
	dot := strings.LastIndexByte(path, '.')
	return path[:max(dot, 0)], path[dot+1:]
}

// Override replaces what the override gives in the target and notes the settings below the prefix as the origin. It is a
// struct of pointers with the keys of the target; what is nil stays.
func (f *File) Override(prefix string, target, override any) {
	f.override(prefix, "", reflect.ValueOf(target).Elem(), reflect.ValueOf(override))
}

func (f *File) override(prefix, around string, target, override reflect.Value) {
	fields := fieldsOf(target.Type())
	for name, field := range fieldsOf(override.Type()) {
		value, key := override.FieldByIndex(field.Index), strings.TrimPrefix(around+"."+name, ".")
		if value.IsNil() {
			continue
		}
		if into := target.FieldByIndex(fields[name].Index); into.Kind() == reflect.Struct {
			f.override(prefix, key, into, value.Elem())
		} else {
			into.Set(value.Elem())
			f.origins[key] = Fault{Key: prefix + "." + key}
		}
	}
}
