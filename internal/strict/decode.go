package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
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

// Decode reads a file onto a struct of defaults, collecting faults instead of stopping at the first. Without any key, the faults say it all. Hints
// are by key. A text with the tag jsonschema:"format=quantity" may be written as a number, as in Kubernetes.
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
	f.mapping(document.Content[0], reflect.ValueOf(target).Elem(), "")
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

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func (f *File) syntax(err error, content []byte) {
	at, problem, fix := f.at(1, ""), err.Error(), ""
	if parts := syntaxLine.FindStringSubmatch(problem); parts != nil {
		if line, err := strconv.Atoi(parts[1]); err == nil {
			at.Line = line
		}
		problem = parts[2]
	}
	for i, line := range strings.Split(string(content), "\n") {
		if indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; fix == "" && strings.Contains(indent, "\t") {
			at.Line, fix = i+1, "indent the line with spaces in place of tabs"
		}
	}
	f.Fault(at, "not valid YAML: "+problem, "", fix)
}

// value decodes a node onto a target of one of the kinds that a file is made of.
func (f *File) value(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
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
	f.pairs(node, path, func(key, value *yaml.Node, keyPath string) {
		field, known := fields[key.Value]
		if !known {
			f.unknownKey(keyPath, key.Value, slices.Sorted(maps.Keys(fields)))
			return
		}
		f.quantity[keyPath] = strings.Contains(field.Tag.Get("jsonschema"), quantityFormat)
		f.value(value, target.FieldByIndex(field.Index), keyPath)
	})
}

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

func (f *File) wrongKind(node *yaml.Node, want reflect.Kind, path string) {
	at := f.Origin(path)
	if path == "" {
		at.Line = node.Line
	}
	allowed, fix := describeKind(want), f.fixOf(node, want, path)
	if hint := f.hints[path]; hint != nil && node.Kind == yaml.ScalarNode {
		allowed, fix = hint(node.Value)
	}
	problem := "is " + nodeText(node)
	if path == "" {
		problem = "the file holds " + nodeText(node)
	}
	f.Fault(at, problem, allowed, fix)
}

// fixOf says what to write in place of a value of the wrong kind; it is empty where nobody knows what was meant.
func (f *File) fixOf(node *yaml.Node, want reflect.Kind, path string) string {
	switch {
	case path == "":
		return wanted
	case want == reflect.Map && node.Kind == yaml.SequenceNode:
		return `write a line NAME: "value" for each`
	case node.Kind != yaml.ScalarNode:
		return ""
	case want == reflect.Slice:
		return fmt.Sprintf("write it as a list, [%s]", node.Value)
	case want == reflect.String:
		return fmt.Sprintf("put it in quotes, %q", node.Value)
	case want == reflect.Bool:
		if meant, ok := yesOrNo(node.Value); ok {
			return fmt.Sprintf("write %t", meant)
		}
		return "write true or false"
	}
	percent := strings.HasSuffix(node.Value, "%")
	number, err := strconv.ParseFloat(strings.TrimSuffix(node.Value, "%"), 64)
	switch {
	case want != reflect.Int || err != nil || math.Abs(number) > math.MaxInt32:
		return ""
	case number != math.Trunc(number):
		return fmt.Sprintf("write a whole number, %.0f", math.Ceil(number))
	case percent:
		return fmt.Sprintf("write the number alone, %.0f", number)
	}
	return fmt.Sprintf("write it without quotes, %.0f", number)
}

// yesOrNo reads the words of other dialects of YAML for true and false.
func yesOrNo(text string) (meant, ok bool) {
	switch strings.ToLower(text) {
	case "yes", "on", "y", "true":
		return true, true
	case "no", "off", "n", "false":
		return false, true
	}
	return false, false
}

func (f *File) unknownKey(path, key string, known []string) {
	fix := "remove it"
	if meant, ok := Suggest(key, known); ok {
		fix = fmt.Sprintf("did you mean %q?", meant)
	}
	f.Fault(f.Origin(path), "is an unknown key", strings.Join(known, ", "), fix)
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

func describeKind(kind reflect.Kind) string {
	return map[reflect.Kind]string{
		reflect.Struct: "a mapping of keys to values",
		reflect.Map:    "a mapping of names to strings",
		reflect.String: "a string",
		reflect.Int:    "a whole number",
		reflect.Slice:  "a list of strings",
		reflect.Bool:   "true or false",
	}[kind]
}

func nodeText(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a mapping"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	}
	switch node.Tag {
	case "!!str":
		return "the string " + strconv.Quote(node.Value)
	case "!!int", "!!float":
		return "the number " + node.Value
	case "!!bool":
		return "the boolean " + node.Value
	default:
		return fmt.Sprintf("%q with the tag %s", node.Value, node.Tag)
	}
}

// Override replaces what the override gives in the target and notes the settings below the prefix as the origin. It is a struct of pointers with the
// keys of the target; what is nil stays.
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
