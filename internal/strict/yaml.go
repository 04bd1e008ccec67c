package strict

import (
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"gopkg.in/yaml.v3"
)

// Lines tell where settings stand in the file of a stack, and how they are written there. Nil lines know nothing.
type Lines struct {
	file   string
	top    *yaml.Node // the mapping that the file is
	config *yaml.Node // the mapping below config:, empty where there is none
}

// ReadLines reads the lines of a stack's file; nil where it cannot be read.
func ReadLines(file string) *Lines {
	content, err := os.ReadFile(file)
	var document yaml.Node
	if err != nil || yaml.Unmarshal(content, &document) != nil || len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	lines := &Lines{file: filepath.Base(file), top: document.Content[0], config: &yaml.Node{}}
	for key, value := range pairsOf(lines.top) {
		if key.Value == configKey && value.Kind == yaml.MappingNode {
			lines.config = value
		}
	}
	return lines
}

// pairsOf visits the keys of a mapping with their values, and nothing where the node is no mapping.
func pairsOf(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// Keys returns the top-level keys.
func (l *Lines) Keys() (keys []string) {
	if l == nil {
		return nil
	}
	for key := range pairsOf(l.config) {
		keys = append(keys, key.Value)
	}
	return keys
}

// find returns the line of the value at the path, or of the nearest around it, and its node where there is one.
func (l *Lines) find(at Path) (line int, node *yaml.Node) {
	if l == nil || len(at) == 0 {
		return 0, nil
	}
	node = l.config
	for i, step := range at {
		if node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		name, isKey := step.(string)
		index, _ := step.(int)
		if i == 0 {
			name = FullKey(name)
		}
		var next *yaml.Node
		switch {
		case !isKey && node.Kind == yaml.SequenceNode && index < len(node.Content):
			next = node.Content[index]
			line = next.Line
		case isKey && node.Kind == yaml.MappingNode:
			for key, value := range pairsOf(node) {
				if key.Value == name || i == 0 && FullKey(key.Value) == name {
					line, next = key.Line, value
				}
			}
		}
		if next == nil {
			return line, nil
		}
		node = next
	}
	return line, node
}

// written returns the text of a number or word in the file, where it is what the value at the path was read from;
// otherwise the value as JSON.
func (l *Lines) written(at Path, value any) string {
	_, node := l.find(at)
	if node == nil || node.Kind != yaml.ScalarNode {
		return Show(value)
	}
	var read any
	if err := node.Decode(&read); err != nil {
		return Show(value)
	}
	if day, isTime := read.(time.Time); isTime {
		read = day.String() // as the Pulumi CLI passes it on
	}
	text, err := json.Marshal(read)
	if parsed, jsonErr := ParseJSON(string(text)); err != nil || jsonErr != nil || !reflect.DeepEqual(parsed, value) {
		return Show(value)
	}
	return node.Value
}

// Locate adds to each fault the file and line where its value stands.
func (l *Lines) Locate(faults []Fault) {
	for i, fault := range faults {
		if line, _ := l.find(fault.path); line > 0 {
			faults[i].File, faults[i].Line = l.file, line
		}
	}
}
