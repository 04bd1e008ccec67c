package strict

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

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
	case want == reflect.Struct && node.Kind == yaml.SequenceNode:
		return "write the keys without a dash before them"
	case want == reflect.String && node.Kind == yaml.SequenceNode && len(node.Content) > 0 && node.Content[0].Kind == yaml.ScalarNode:
		return "write one item alone, such as " + node.Content[0].Value
	case want == reflect.String && node.Kind == yaml.MappingNode && len(node.Content) > 1 && node.Content[1].Kind == yaml.ScalarNode:
		return "write one value alone, such as " + node.Content[1].Value
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
	return numberFix(node.Value, want)
}

// unit is what follows a number, such as % or rps.
var unit = regexp.MustCompile(`\s*(%|[A-Za-z/]+)$`)

// numberFix says which number to write in place of a text or of a fraction; it is empty where there is none in it.
func numberFix(text string, want reflect.Kind) string {
	bare := unit.ReplaceAllString(text, "")
	number, err := strconv.ParseFloat(bare, 64)
	switch {
	case want != reflect.Int || err != nil || math.Abs(number) > math.MaxInt32:
		return ""
	case number != math.Trunc(number):
		return fmt.Sprintf("write a whole number, %.0f", math.Ceil(number))
	case bare != text:
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
