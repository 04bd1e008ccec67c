package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Syntax of Kubernetes labels
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
var (
	labelPart   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$`)
	labelPrefix = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
)

// checkLabel says what is wrong with the key or value of a label or taint, and what is allowed.
func checkLabel(key, value string) (problem, allowed string) {
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		name = prefix
	}
	if !labelPart.MatchString(name) || prefixed && (len(prefix) > 253 || !labelPrefix.MatchString(prefix)) {
		return "not a valid label key", "[DNS name/]name, the name of at most 63 letters, digits, hyphens, underscores and dots"
	}
	if value != "" && !labelPart.MatchString(value) {
		return "not a valid label value", "at most 63 letters, digits, hyphens, underscores and dots, starting and ending with a letter or digit"
	}
	return "", ""
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
