package config

import (
	"regexp"
	"strings"
)

// wildcardMatch reports whether the text fits the pattern of a Fargate profile selector, in which * stands for any
// characters and ? for exactly one (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func wildcardMatch(pattern, text string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*`, ".*")
	expression = strings.ReplaceAll(expression, `\?`, ".")
	return regexp.MustCompile(`(?s)^(?:` + expression + `)$`).MatchString(text)
}

// labelMatch reports whether one of the labels fits the patterns of a selector's key and value.
func labelMatch(key, value string, labels map[string]string) bool {
	for k, v := range labels {
		if wildcardMatch(key, k) && wildcardMatch(value, v) {
			return true
		}
	}
	return false
}
