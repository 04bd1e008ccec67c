package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Decode reads a file onto a struct of defaults, or a map, collecting faults instead of stopping at the first. Without any key,
// the faults say it all. Hints are by key. A text with the tag jsonschema:"format=quantity" may be written as a number,
// as in Kubernetes.
func Decode(name string, content []byte, target any, hints map[string]Hint) *File {
	f := &File{Name: name, origins: map[string]Fault{}, hints: hints, quantity: map[string]bool{}}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF), err == nil && document.Content[0].Tag == "!!null":
		f.Fault(f.at(1, ""), "the file is empty", "", wanted)
		return f
	case err != nil:
		f.syntax(err, content)
		return f
	}
	f.value(document.Content[0], reflect.ValueOf(target).Elem(), "")
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		f.Fault(f.at(second.Line, ""), "a second document starts here", "one model per file", "move it to a file of its own")
	} else if !errors.Is(err, io.EOF) {
		f.syntax(err, content)
	}
	return f
}

// wanted is what every model file has.
const wanted = "write at least name: and image:"

func (f *File) syntax(err error, content []byte) {
	f.Faults = append(f.Faults, Syntax(f.Name, content, err))
}

// value decodes a node onto a target of one of the kinds that a file is made of.
func (f *File) value(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if isNull(node) {
		f.Fault(f.Origin(path), "has no value", describeKind(target.Kind()), "give a value, or remove the key")
		return
	}
	switch target.Kind() {
	case reflect.Struct:
		f.mapping(node, target, path)
	case reflect.Map:
		f.stringMap(node, target, path)
	case reflect.Slice:
		f.list(node, target, path)
	case reflect.String:
		f.text(node, target, path)
	case reflect.Int:
		f.integer(node, target, path)
	case reflect.Bool:
		f.boolean(node, target, path)
	default:
		panic(fmt.Sprintf("strict: no decoder for %s of type %s", path, target.Type()))
	}
}

func (f *File) mapping(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		f.wrongKind(node, target.Kind(), path)
		return
	}
	fields := fieldsOf(target.Type())
	lost := lostKeys(node, fields)
	f.pairs(node, path, func(key, value *yaml.Node, keyPath string) {
		field, known := fields[key.Value]
		switch home := lost[key]; {
		case home != "":
			f.Fault(f.Origin(keyPath), "stands beside "+home+", so that nothing reads it", "values indented by two more spaces than their key",
				fmt.Sprintf("indent line %d, and what belongs to it, below %s", key.Line, home))
		case !known:
			f.unknownKey(keyPath, key.Value, slices.Sorted(maps.Keys(fields)))
		case isNull(value) && slices.Contains(slices.Collect(maps.Values(lost)), key.Value):
			return // what belongs below it is reported
		default:
			f.quantity[keyPath] = strings.Contains(field.Tag.Get("jsonschema"), quantityFormat)
			f.value(value, target.FieldByIndex(field.Index), keyPath)
		}
	})
}

// lostKeys returns the unknown keys of a mapping that belong below the known key before them, by the indentation that they have lost:
// those that its struct has, and any text where it holds texts by name and has none.
func lostKeys(node *yaml.Node, fields map[string]reflect.StructField) map[*yaml.Node]string {
	lost := map[*yaml.Node]string{}
	var before string
	var beforeValue *yaml.Node
	for key, value := range pairsOf(node) {
		if _, known := fields[key.Value]; known {
			before, beforeValue = key.Value, value
			continue
		}
		field, known := fields[before]
		if !known || !isNull(beforeValue) && beforeValue.Kind != yaml.MappingNode {
			continue
		}
		switch field.Type.Kind() {
		case reflect.Struct:
			if _, has := fieldsOf(field.Type)[key.Value]; has {
				lost[key] = before
			}
		case reflect.Map:
			if isNull(beforeValue) && value.Kind == yaml.ScalarNode {
				lost[key] = before
			}
		}
	}
	return lost
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

func (f *File) stringMap(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		f.wrongKind(node, target.Kind(), path)
		return
	}
	target.Set(reflect.MakeMap(target.Type()))
	f.pairs(node, path, func(key, value *yaml.Node, keyPath string) {
		item := reflect.New(target.Type().Elem()).Elem()
		f.value(value, item, keyPath)
		target.SetMapIndex(reflect.ValueOf(key.Value), item)
	})
}

// list decodes the items of a sequence; an item's path ends in its number, counted from 0.
func (f *File) list(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		f.wrongKind(node, target.Kind(), path)
		return
	}
	target.Set(reflect.MakeSlice(target.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		itemPath := path + "." + strconv.Itoa(i)
		f.origins[itemPath] = f.at(item.Line, itemPath)
		f.value(item, target.Index(i), itemPath)
	}
}

// pairs visits the keys of a mapping, noting where each was written and refusing the second of two equal keys.
func (f *File) pairs(node *yaml.Node, path string, visit func(key, value *yaml.Node, keyPath string)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		keyPath := strings.TrimPrefix(path+"."+key.Value, ".")
		at := f.at(key.Line, keyPath)
		if key.Kind != yaml.ScalarNode || key.Value == "" {
			f.Fault(f.at(key.Line, path), "a key is not a name", "keys that are plain names", "remove it")
			continue
		}
		if first, double := seen[key.Value]; double {
			f.Fault(at, fmt.Sprintf("is given twice, first on line %d", first), "each key once", "remove one of the two")
			continue
		}
		seen[key.Value] = key.Line
		f.origins[keyPath] = at
		visit(key, node.Content[i+1], keyPath)
	}
}

func (f *File) text(node *yaml.Node, target reflect.Value, path string) {
	if number, ok := numberText(node); ok && f.quantity[path] {
		target.SetString(number)
		return
	}
	if node.Kind != yaml.ScalarNode || node.Tag != "!!str" {
		f.wrongKind(node, reflect.String, path)
		return
	}
	target.SetString(node.Value)
}

// numberText writes a number as Kubernetes reads it; false for what is none.
func numberText(node *yaml.Node) (string, bool) {
	if node.Kind != yaml.ScalarNode || node.Tag != "!!int" && node.Tag != "!!float" {
		return "", false
	}
	var number any
	if err := node.Decode(&number); err != nil {
		return "", false
	}
	text, err := json.Marshal(number)
	return string(text), err == nil
}

func (f *File) integer(node *yaml.Node, target reflect.Value, path string) {
	var number int
	if node.Kind != yaml.ScalarNode || node.Tag != "!!int" || node.Decode(&number) != nil {
		f.wrongKind(node, reflect.Int, path)
		return
	}
	target.SetInt(int64(number))
}

func (f *File) boolean(node *yaml.Node, target reflect.Value, path string) {
	var value bool
	if node.Kind != yaml.ScalarNode || node.Tag != "!!bool" || node.Decode(&value) != nil {
		f.wrongKind(node, reflect.Bool, path)
		return
	}
	target.SetBool(value)
}

// fieldsOf returns the field of each key; those of embedded structs are keys as well.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	fields := make(map[string]reflect.StructField, t.NumField())
	for _, field := range reflect.VisibleFields(t) {
		if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "" && key != "-" {
			fields[key] = field
		}
	}
	return fields
}
