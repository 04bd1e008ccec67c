package rules

import (
	"fmt"
	"regexp"
	"strings"
)

// indexes are the places in lists in a property's path.
var indexes = regexp.MustCompile(`\[\d+\]`)

// glob says whether the text has the form of the pattern, in which a star stands for any text.
func glob(pattern, text string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, first) {
		return false
	}
	for text = text[len(first):]; ; text = text[1:] {
		if glob(rest, text) {
			return true
		}
		if text == "" {
			return false
		}
	}
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}
