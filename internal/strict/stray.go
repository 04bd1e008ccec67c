package strict

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// configKey is the key of a stack's file that has the settings below it.
const configKey = "config"

// fileKeys are the top-level keys that the Pulumi CLI reads in a stack's file; it ignores others without a word.
var fileKeys = []string{configKey, "environment", "encryptionsalt", "encryptedkey", "secretsprovider"}

// Stray finds the keys of the stack's file that nothing reads since they stand in the wrong place: settings beside config: in place of
// below it, values beside the setting that they belong below, and config: with a typing error. What else the settings lack may follow from
// that. Top-level keys that look like nothing known are left alone.
func (s Stack) Stray() []Fault {
	if s.Lines == nil {
		return nil
	}
	finder := strayFinder{Stack: s}
	finder.top()
	finder.below()
	return finder.faults
}

type strayFinder struct {
	Stack
	faults []Fault
}

func (f *strayFinder) add(key *yaml.Node, problem, allowed, fix string) {
	f.faults = append(f.faults, Fault{
		File: f.Lines.file, Line: key.Line, Key: key.Value, Problem: problem, Allowed: allowed, Fix: f.Edit(fix), unknown: true,
	})
}

// top finds the stray keys of the file itself.
func (f *strayFinder) top() {
	var before, beforeValue *yaml.Node
	for key, value := range pairsOf(f.Lines.top) {
		if slices.Contains(fileKeys, key.Value) {
			before, beforeValue = key, value
			continue
		}
		_, isSetting := f.Schema.Properties[strings.TrimPrefix(key.Value, Namespace+":")]
		meant, misspelled := nearKey(key.Value, value)
		home, found := Path(nil), false
		if before != nil && before.Value == configKey {
			home, found = f.home(beforeValue, value, key.Value)
		}
		switch {
		case misspelled:
			f.add(key, fmt.Sprintf("unknown key; did you mean %q?", meant), strings.Join(fileKeys, ", "),
				fmt.Sprintf("rename %s to %s", key.Value, meant))
		case isSetting || strings.Contains(key.Value, ":"):
			f.setting(key)
		case found:
			f.lost(key, home)
		}
	}
}

// setting adds the fault of a setting that stands beside config:, or in a file that has none; with the latter they all stand there, and one
// fault says it.
func (f *strayFinder) setting(key *yaml.Node) {
	const allowed = "settings below the line config:, each indented by two spaces"
	for other := range pairsOf(f.Lines.top) {
		if other.Value == configKey {
			f.add(key, "stands beside config:, so that nothing reads it", allowed,
				fmt.Sprintf("indent line %d, and what belongs to it, by two more spaces, below config:", key.Line))
			return
		}
	}
	if len(f.faults) == 0 {
		f.add(key, "the file has no line config: above it, so that nothing reads it", allowed,
			fmt.Sprintf("write config: on a line before line %d, and indent the settings by two more spaces", key.Line))
	}
}

// below finds the values that stand beside their setting, below config:.
func (f *strayFinder) below() {
	var before string
	var beforeValue *yaml.Node
	for key, value := range pairsOf(f.Lines.config) {
		if _, isSetting := f.Schema.Properties[key.Value]; isSetting || strings.Contains(key.Value, ":") {
			before, beforeValue = key.Value, value
			continue
		}
		at := Path{strings.TrimPrefix(before, Namespace+":")}
		if home, found := f.homeBelow(at, beforeValue, value, key.Value); before != "" && found {
			f.lost(key, home)
		}
	}
}

func (f *strayFinder) lost(key *yaml.Node, home Path) {
	f.add(key, fmt.Sprintf("stands beside %s, so that nothing reads it", home.Key()),
		"values below their setting, indented by two more spaces than it", fmt.Sprintf("indent line %d, and what belongs to it, below %s",
			key.Line, home.Key()))
}

// home returns where a stray key belongs that comes after the settings: at the last of them, or below it.
func (f *strayFinder) home(config, stray *yaml.Node, key string) (home Path, found bool) {
	var last, value *yaml.Node
	for last, value = range pairsOf(config) {
	}
	if last == nil {
		return nil, false
	}
	return f.homeBelow(Path{strings.TrimPrefix(last.Value, Namespace+":")}, value, stray, key)
}

// homeBelow returns the first place at the path, or at the last key below it and so on, where the schema has the key.
func (f *strayFinder) homeBelow(at Path, value, stray *yaml.Node, key string) (home Path, found bool) {
	for node := f.Schema.At(at); node != nil; node = f.Schema.At(at) {
		values := node.AdditionalProperties.schema
		if _, has := node.Properties[key]; has || values != nil && values.Type == "string" && stray.Kind == yaml.ScalarNode {
			return at, true
		}
		if len(value.Content) == 0 {
			return nil, false
		}
		last := len(value.Content) - 1
		switch value.Kind {
		case yaml.MappingNode:
			at = at.At(value.Content[last-1].Value)
		case yaml.SequenceNode:
			at = at.At(last)
		}
		value = value.Content[last]
	}
	return nil, false
}

// nearKey returns the key of a stack's file that was meant: one within two typing errors, or config for what has settings below it.
func nearKey(key string, value *yaml.Node) (meant string, found bool) {
	for _, known := range fileKeys {
		if EditDistance(strings.ToLower(key), known) <= 2 {
			return known, true
		}
	}
	for below := range pairsOf(value) {
		if strings.HasPrefix(below.Value, Namespace+":") {
			return configKey, true
		}
	}
	return "", false
}

// StackSyntax is Syntax for the file of a stack: where a key of a setting has come to the left margin above the broken line, that is the
// fault.
func StackSyntax(file string, content []byte, err error) Fault {
	fault := Syntax(file, content, err)
	lines := strings.Split(string(content), "\n")
	for i, line := range slices.Backward(lines[:min(fault.Line, len(lines))]) {
		key, _, isKey := strings.Cut(line+" ", ": ")
		if !isKey || indentation(line) != "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "- ") {
			continue
		}
		if _, near := nearKey(key, &yaml.Node{}); !near {
			fault.Line, fault.Key, fault.Allowed = i+1, key, "at the left margin "+strings.Join(fileKeys, ", ")
			fault.Fix = fmt.Sprintf("indent line %d by as many spaces as the lines that it belongs beside, below config:", fault.Line)
		}
		break
	}
	return fault
}
