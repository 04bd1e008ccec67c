package config

import (
	"regexp"
	"strings"
)

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes a DNS label of a name: what to propose in place of an invalid one.
func slug(name string) string {
	text := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if len(text) > 63 {
		text = strings.TrimRight(text[:63], "-")
	}
	if text == "" {
		return "general"
	}
	return text
}
