package modelspec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// entry is a model while it is being put together.
type entry struct {
	model   Model
	file    string            // the model file, as faults name it
	stem    string            // the file name without .yaml
	origins map[string]origin // where each given key was written, by path
	faults  []*Fault
}

func (e *entry) given(path string) bool { _, ok := e.origins[path]; return ok }

// origin returns where the path was written, or the nearest key around it, or the first line of the file.
func (e *entry) origin(path string) origin {
	for around := path; around != ""; around, _ = cutLast(around) {
		if at, ok := e.origins[around]; ok {
			if at.file != "" {
				at.key = path
			}
			return at
		}
	}
	return origin{file: e.file, line: 1, key: path}
}

func (e *entry) fault(at origin, problem, allowed, fix string) {
	e.faults = append(e.faults, at.fault(problem, allowed, fix))
}

func cutLast(path string) (before, after string) {
	dot := strings.LastIndexByte(path, '.')
	return path[:max(dot, 0)], path[dot+1:]
}

// decode reads one model file onto the defaults, collecting faults instead of stopping at the first.
func decode(file, stem string, content []byte) *entry {
	e := &entry{model: Default(), file: file, stem: stem, origins: map[string]origin{}}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var document yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF), err == nil && document.Content[0].Tag == "!!null":
		e.fault(origin{file: file, line: 1}, "the file is empty", "", "write at least name: and image:")
		return e
	case err != nil:
		e.fault(syntaxFault(file, err))
		return e
	}
	e.mapping(document.Content[0], reflect.ValueOf(&e.model).Elem(), "")
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		e.fault(origin{file: file, line: second.Line}, "a second document starts here", "one model per file", "move it to a file of its own")
	} else if !errors.Is(err, io.EOF) {
		e.fault(syntaxFault(file, err))
	}
	return e
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func syntaxFault(file string, err error) (at origin, problem, allowed, fix string) {
	at, problem = origin{file: file, line: 1}, err.Error()
	if parts := syntaxLine.FindStringSubmatch(problem); parts != nil {
		if line, err := strconv.Atoi(parts[1]); err == nil {
			at.line = line
		}
		problem = parts[2]
	}
	return at, "not valid YAML: " + problem, "", ""
}

// value decodes a node onto a target of one of the kinds that Model is made of.
func (e *entry) value(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		e.fault(e.origin(path), "has no value", describe(target.Kind()), "give a value, or remove the key")
		return
	}
	switch target.Kind() {
	case reflect.Struct:
		e.mapping(node, target, path)
	case reflect.Map:
		e.stringMap(node, target, path)
	case reflect.Slice:
		e.list(node, target, path)
	case reflect.String:
		e.text(node, target, path)
	case reflect.Int:
		e.integer(node, target, path)
	case reflect.Bool:
		e.boolean(node, target, path)
	default:
		panic(fmt.Sprintf("modelspec: no decoder for %s of type %s", path, target.Type()))
	}
}

func (e *entry) mapping(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		e.wrongKind(node, target.Kind(), path)
		return
	}
	fields := fieldsOf(target.Type())
	e.pairs(node, path, func(key, value *yaml.Node, keyPath string) {
		index, known := fields[key.Value]
		if !known {
			e.unknownKey(keyPath, key.Value, slices.Sorted(maps.Keys(fields)))
			return
		}
		e.value(value, target.Field(index), keyPath)
	})
}

func (e *entry) stringMap(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.MappingNode {
		e.wrongKind(node, target.Kind(), path)
		return
	}
	target.Set(reflect.MakeMap(target.Type()))
	e.pairs(node, path, func(key, value *yaml.Node, keyPath string) {
		item := reflect.New(target.Type().Elem()).Elem()
		e.value(value, item, keyPath)
		target.SetMapIndex(reflect.ValueOf(key.Value), item)
	})
}

// list decodes the items of a sequence; an item's path ends in its number, counted from 0.
func (e *entry) list(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		e.wrongKind(node, target.Kind(), path)
		return
	}
	target.Set(reflect.MakeSlice(target.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		itemPath := path + "." + strconv.Itoa(i)
		e.origins[itemPath] = origin{file: e.file, line: item.Line, key: itemPath}
		e.value(item, target.Index(i), itemPath)
	}
}

// pairs visits the keys of a mapping, noting where each was written and refusing the second of two equal keys.
func (e *entry) pairs(node *yaml.Node, path string, visit func(key, value *yaml.Node, keyPath string)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		keyPath := strings.TrimPrefix(path+"."+key.Value, ".")
		at := origin{file: e.file, line: key.Line, key: keyPath}
		if key.Kind != yaml.ScalarNode || key.Value == "" {
			e.fault(origin{file: e.file, line: key.Line, key: path}, "a key is not a name", "keys that are plain names", "remove it")
			continue
		}
		if first, double := seen[key.Value]; double {
			e.fault(at, fmt.Sprintf("is given twice, first on line %d", first), "each key once", "remove one of the two")
			continue
		}
		seen[key.Value] = key.Line
		e.origins[keyPath] = at
		visit(key, node.Content[i+1], keyPath)
	}
}

func (e *entry) text(node *yaml.Node, target reflect.Value, path string) {
	if node.Kind != yaml.ScalarNode || node.Tag != "!!str" {
		e.wrongKind(node, reflect.String, path)
		return
	}
	target.SetString(node.Value)
}

func (e *entry) integer(node *yaml.Node, target reflect.Value, path string) {
	var number int
	if node.Kind != yaml.ScalarNode || node.Tag != "!!int" || node.Decode(&number) != nil {
		e.wrongKind(node, reflect.Int, path)
		return
	}
	target.SetInt(int64(number))
}

func (e *entry) boolean(node *yaml.Node, target reflect.Value, path string) {
	var value bool
	if node.Kind != yaml.ScalarNode || node.Tag != "!!bool" || node.Decode(&value) != nil {
		e.wrongKind(node, reflect.Bool, path)
		return
	}
	target.SetBool(value)
}

func (e *entry) wrongKind(node *yaml.Node, want reflect.Kind, path string) {
	at := e.origin(path)
	if path == "" {
		at.line = node.Line
	}
	fix := ""
	switch {
	case want == reflect.Map && node.Kind == yaml.SequenceNode:
		fix = "write a line NAME: \"value\" for each"
	case want == reflect.Slice && node.Kind == yaml.ScalarNode:
		fix = fmt.Sprintf("write it as a list, [%s]", node.Value)
	case want == reflect.String && node.Kind == yaml.ScalarNode:
		fix = fmt.Sprintf("put it in quotes, %q", node.Value)
	case want == reflect.Int && node.Kind == yaml.ScalarNode && node.Tag == "!!str":
		if number, err := strconv.Atoi(node.Value); err == nil {
			fix = fmt.Sprintf("write it without quotes, %d", number)
		}
	}
	problem := "is " + nodeText(node)
	if path == "" {
		problem = "the file holds " + nodeText(node)
	}
	e.fault(at, problem, describe(want), fix)
}

func (e *entry) unknownKey(path, key string, known []string) {
	fix := "remove it"
	if meant, ok := nearest(key, known); ok {
		fix = fmt.Sprintf("did you mean %q?", meant)
	}
	e.fault(e.origin(path), "is an unknown key", strings.Join(known, ", "), fix)
}

// fieldsOf returns the index of each field by its key.
func fieldsOf(t reflect.Type) map[string]int {
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[key] = i
	}
	return fields
}

func describe(kind reflect.Kind) string {
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
