package strict

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// ReadYAML reads a file as the Pulumi CLI does: with gopkg.in/yaml.v3, in which NO is a word and a key stands once.
func ReadYAML(file string) (map[string]any, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Base(file), err)
	}
	if document == nil {
		return map[string]any{}, nil
	}
	return plain(document).(map[string]any), nil
}

// plain turns what YAML decodes to into what JSON takes, as the Pulumi CLI does: keys are texts, and dates are written with their time.
func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			value[key] = plain(item)
		}
	case map[any]any:
		object := make(map[string]any, len(value))
		for key, item := range value {
			object[fmt.Sprint(key)] = plain(item)
		}
		return object
	case []any:
		for i, item := range value {
			value[i] = plain(item)
		}
	case time.Time:
		return value.String()
	}
	return value
}

// Settings returns the settings in a document that ReadYAML read, as the engine passes them to a program: objects and
// lists as JSON, and keys without a namespace in that of the project.
func Settings(document map[string]any, project string) (map[string]string, error) {
	given, isMap := document["config"].(map[string]any)
	if !isMap && document["config"] != nil {
		return nil, fmt.Errorf("config: is %s, but an object is needed", Show(document["config"]))
	}
	settings := make(map[string]string, len(given))
	for key, value := range given {
		text, err := Text(value)
		if err != nil {
			return nil, fmt.Errorf("config.%s: %w", key, err)
		}
		if !strings.Contains(key, ":") {
			key = project + ":" + key
		}
		settings[key] = text
	}
	return settings, nil
}

// Text returns a value as the engine passes it to a program.
func Text(value any) (string, error) {
	switch value := value.(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

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
	text, err := json.Marshal(plain(read))
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
