package promote

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// document is the text of a model's file that is changed a key at a time, so that comments and everything else stay as they are.
type document struct {
	name  string
	lines []string
	top   *yaml.Node // the mapping that the file is
}

// errForm says that a file cannot be changed a key at a time.
var errForm = errors.New("is not written a key a line: write `key: value` lines, and run the command again")

// readFile reads the text of a valid model's file.
func readFile(name, text string) (*document, error) {
	f := &document{name: name}
	return f, f.read(text)
}

func (f *document) read(text string) error {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode || document.Content[0].Style&yaml.FlowStyle != 0 {
		return fmt.Errorf("%s %w", f.name, errForm)
	}
	f.top, f.lines = document.Content[0], strings.Split(strings.TrimRight(text, "\n"), "\n")
	return nil
}

func (f *document) text() string { return strings.Join(f.lines, "\n") + "\n" }

// at returns the node of a path of keys; nil where there is none.
func (f *document) at(path ...string) *yaml.Node {
	node := f.top
	for _, key := range path {
		i := indexOf(node, key)
		if i < 0 {
			return nil
		}
		node = node.Content[i+1]
	}
	return node
}

// indexOf is the index of a key in a mapping's content; -1 where it has none.
func indexOf(node *yaml.Node, key string) int {
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// setNumber writes a number in the place of another one: one line changes. False where there is none, or it is not written as a number.
func (f *document) setNumber(number int, path ...string) bool {
	node := f.at(path...)
	if node == nil || node.Kind != yaml.ScalarNode || node.Style != 0 {
		return false
	}
	line := f.lines[node.Line-1]
	before, after := line[:node.Column-1], line[node.Column-1:]
	rest, found := strings.CutPrefix(after, node.Value)
	if !found {
		return false
	}
	f.lines[node.Line-1] = before + strconv.Itoa(number) + rest
	return f.read(f.text()) == nil
}

// put writes a top-level key in the place of the one that has its name, or at the end of the file.
func (f *document) put(key string, value any) error {
	var block bytes.Buffer
	encoder := yaml.NewEncoder(&block)
	encoder.SetIndent(2)
	if err := encoder.Encode(map[string]any{key: value}); err != nil {
		return fmt.Errorf("%s: writing %s: %w", f.name, key, err)
	}
	lines := strings.Split(strings.TrimRight(block.String(), "\n"), "\n")
	if first, end, found := f.span(key); found {
		f.lines = slices.Replace(f.lines, first, end, lines...)
	} else {
		f.lines = append(f.lines, lines...)
	}
	return f.read(f.text())
}

// rename gives a top-level key with a value on its line another name, so that what is put there next stands in its place.
func (f *document) rename(key, to string) error {
	if first, _, found := f.span(key); found {
		_, rest, _ := strings.Cut(f.lines[first], key)
		f.lines[first] = to + rest
	}
	return f.read(f.text())
}

// remove takes a top-level key out.
func (f *document) remove(key string) error {
	if first, end, found := f.span(key); found {
		f.lines = slices.Delete(f.lines, first, end)
	}
	return f.read(f.text())
}

// span returns the lines of a top-level key: from its own to the next key's, without the comments and blank lines before that.
func (f *document) span(key string) (first, end int, found bool) {
	i := indexOf(f.top, key)
	if i < 0 {
		return 0, 0, false
	}
	first, end = f.top.Content[i].Line-1, len(f.lines)
	for j := 0; j < len(f.top.Content); j += 2 {
		if line := f.top.Content[j].Line - 1; line > first && line < end {
			end = line
		}
	}
	for end > first+1 {
		last := f.lines[end-1]
		if strings.TrimSpace(last) != "" && !strings.HasPrefix(last, "#") {
			break
		}
		end--
	}
	return first, end, true
}
