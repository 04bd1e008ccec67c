package strict

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"gopkg.in/yaml.v3"
)

// Lines tell where settings stand in the file of a stack, and how they are written there. Nil lines know nothing.
type Lines struct {
	file   string
	config *yaml.Node
}

// ReadLines reads the lines of a stack's file; nil where it cannot be read.
func ReadLines(file string) *Lines {
	content, err := os.ReadFile(file)
	var document struct{ Config yaml.Node }
	if err != nil || yaml.Unmarshal(content, &document) != nil || document.Config.Kind != yaml.MappingNode {
		return nil
	}
	return &Lines{file: filepath.Base(file), config: &document.Config}
}

// Keys returns the top-level keys.
func (l *Lines) Keys() (keys []string) {
	for i := 0; l != nil && i < len(l.config.Content); i += 2 {
		keys = append(keys, l.config.Content[i].Value)
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
			for j := 0; j+1 < len(node.Content); j += 2 {
				if key := node.Content[j]; key.Value == name {
					line, next = key.Line, node.Content[j+1]
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
