package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of tags (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). AWS allows 50 per
// resource; the platform and the load balancer controller add up to ten.
const (
	maxTags     = 40
	maxTagKey   = 128
	maxTagValue = 256
)

// reservedTags are prefixes that mean something to AWS, Kubernetes, the load balancer controller or the platform itself.
var reservedTags = []string{"aws:", Namespace + ":", "kubernetes.io/", "elbv2.k8s.aws/", "ingress.k8s.aws/"}

var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// checkTags wants tags that every AWS service takes.
func checkTags(c Config) []Fault {
	var faults []Fault
	if len(c.Tags) > maxTags {
		faults = append(faults, newFault(path{"tags"}, absent{}, Fault{
			Problem: fmt.Sprintf("too many tags: %d", len(c.Tags)),
			Allowed: fmt.Sprintf("at most %d", maxTags),
			Fix:     editFix(c.Environment, "remove tags that nobody reads"),
		}))
	}
	lower := map[string]string{"name": "Name"} // which the platform sets itself
	for _, key := range sortedKeys(c.Tags) {
		if other, taken := lower[strings.ToLower(key)]; taken {
			at := path{"tags", key}
			faults = append(faults, newFault(at, c.Tags[key], Fault{
				Problem: fmt.Sprintf("the same as %s but for case, which IAM refuses", other),
				Allowed: "keys that differ in more than case, other than Name",
				Fix:     removeFix(c.Environment, at),
			}))
			continue
		}
		lower[strings.ToLower(key)] = key
		if problem, allowed := checkTag(key, c.Tags[key]); problem != "" {
			at := path{"tags", key}
			faults = append(faults, newFault(at, c.Tags[key], Fault{
				Problem: problem, Allowed: allowed, Fix: removeFix(c.Environment, at)}))
		}
	}
	return faults
}

// checkTag says what is wrong with a tag, and what is allowed.
func checkTag(key, value string) (problem, allowed string) {
	for _, prefix := range reservedTags {
		if strings.HasPrefix(strings.ToLower(key), prefix) {
			return "keys that start with " + prefix + " are taken", "keys without the prefixes " + strings.Join(reservedTags, ", ")
		}
	}
	const characters = "letters, digits, spaces and _ . : / = + - @"
	switch {
	case key == "" || utf8.RuneCountInString(key) > maxTagKey || !tagText.MatchString(key):
		return "not a valid tag key", fmt.Sprintf("1 to %d %s", maxTagKey, characters)
	case utf8.RuneCountInString(value) > maxTagValue || !tagText.MatchString(value):
		return "not a valid tag value", fmt.Sprintf("at most %d %s", maxTagValue, characters)
	}
	return "", ""
}
