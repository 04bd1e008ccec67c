package compute

import (
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

// nodeLabelRefused reports whether the kubelet refuses to start with the label, as its prefix belongs to Kubernetes
// (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction).
func nodeLabelRefused(key string) bool {
	prefix, _, found := strings.Cut(key, "/")
	if !found || slices.Contains([]string{"node.kubernetes.io", "kubelet.kubernetes.io"}, prefix) ||
		strings.HasSuffix(prefix, ".node.kubernetes.io") || strings.HasSuffix(prefix, ".kubelet.kubernetes.io") {
		return false
	}
	for _, owner := range []string{"kubernetes.io", "k8s.io"} {
		if prefix == owner || strings.HasSuffix(prefix, "."+owner) {
			return true
		}
	}
	return false
}
