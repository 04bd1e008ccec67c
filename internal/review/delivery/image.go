package delivery

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/image"
)

// BumpImage writes an image into a model's file and changes nothing else of it: not its comments, not its order, not its form. The
// image is <registry>/<repository>@sha256:<64 hexadecimal digits>: by its digest, which cannot move.
func BumpImage(file []byte, to string) ([]byte, error) {
	if !image.ByDigest(to) {
		return nil, fmt.Errorf("IMAGE is %q: use <registry>/<repository>@sha256:<64 hexadecimal digits>", to)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(file, &document); err != nil {
		return nil, fmt.Errorf("the model's file is not YAML: %w", err)
	}
	old := imageOf(&document)
	if old == nil {
		return nil, fmt.Errorf("the model's file has no key image with a text at its top level: write `image: %s` into it", to)
	}
	lines := strings.SplitAfter(string(file), "\n")
	line := lines[old.Line-1]
	start := byteOffset(line, old.Column-1)
	length, closing := len(old.Value), ""
	if old.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start, closing = start+1, line[start:start+1]
	}
	if !strings.HasPrefix(line[start:], old.Value+closing) {
		return nil, fmt.Errorf(
			"line %d of the model's file writes the image over several lines or with escapes: write it plainly, as `image: %s`",
			old.Line, old.Value)
	}
	lines[old.Line-1] = line[:start] + to + line[start+length:]
	return []byte(strings.Join(lines, "")), nil
}

// byteOffset is where a rune of a line begins: yaml counts runes.
func byteOffset(line string, runes int) int {
	for offset := range line {
		if runes == 0 {
			return offset
		}
		runes--
	}
	return len(line)
}

// imageOf is the value of the key image of a document, or nil.
func imageOf(document *yaml.Node) *yaml.Node {
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	entries := document.Content[0].Content
	for i := 0; i+1 < len(entries); i += 2 {
		if entries[i].Value == "image" && entries[i+1].Kind == yaml.ScalarNode && entries[i+1].Value != "" {
			return entries[i+1]
		}
	}
	return nil
}
