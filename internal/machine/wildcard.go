package machine

import (
	"github.com/modelway/modelway/internal/glob"
)

// Selects reports whether a selector of a Fargate profile takes pods with the namespace and labels to Fargate: the namespace
// fits, with * and ? in both (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html), and for each of the selector's
// labels one of the pods' fits it in key and value.
func Selects(namespacePattern string, labelPatterns map[string]string, namespace string, labels map[string]string) bool {
	if !glob.Match(namespacePattern, namespace) {
		return false
	}
	for keyPattern, valuePattern := range labelPatterns {
		if !labelFits(keyPattern, valuePattern, labels) {
			return false
		}
	}
	return true
}

func labelFits(keyPattern, valuePattern string, labels map[string]string) bool {
	for key, value := range labels {
		if glob.Match(keyPattern, key) && glob.Match(valuePattern, value) {
			return true
		}
	}
	return false
}
