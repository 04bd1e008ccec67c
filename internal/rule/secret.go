package rule

import (
	"regexp"
	"strings"
)

// SecretForm is how a setting names a key of a Secret in a namespace.
func SecretForm(namespace string) string {
	return "<name of a Secret in namespace " + namespace + ">/<key>"
}

// The name of a Secret, which is one of DNS, and a key in it
// (https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data).
var (
	secretName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	secretKey  = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
)

// maxSecret is how long each of the two may be.
const maxSecret = 253

// Secret reports what is not the name of a Secret in a namespace with a key, such as the example. The fix keeps what can be kept, and the
// message nothing that may be the secret itself.
func Secret(at Path, namespace, reference, example string) []Fault {
	name, key, _ := strings.Cut(reference, "/")
	if isSecretName(name) && isSecretKey(key) {
		return nil
	}
	shown, hidden := withoutSecret(reference)
	instead := example
	if name == namespace && strings.Contains(key, "/") {
		name, key, _ = strings.Cut(key, "/")
	}
	if !isSecretKey(key) {
		_, key, _ = strings.Cut(example, "/")
	}
	if isSecretName(name) && !hidden {
		instead = name + "/" + key
	}
	return []Fault{{At: at, Given: shown, Problem: "not the name of a Secret with a key", Allowed: SecretForm(namespace),
		Fixes: []Fix{Set(at, instead)}}}
}

// withoutSecret is a reference as a message may show it. An address of a webhook, and a long text without a slash, such as the routing key
// of PagerDuty with its 32 characters, may be the secret itself: only how they start is shown, and hidden is true.
func withoutSecret(reference string) (shown string, hidden bool) {
	scheme, _, isAddress := strings.Cut(reference, "://")
	switch {
	case isAddress:
		return scheme + "://...", true
	case len(reference) >= 20 && !strings.Contains(reference, "/"):
		return reference[:4] + "...", true
	}
	return reference, false
}

func isSecretName(text string) bool { return len(text) <= maxSecret && secretName.MatchString(text) }

// isSecretKey reports whether a Secret may have the key: not the folder that it is mounted in, nor one above.
func isSecretKey(text string) bool {
	return len(text) <= maxSecret && secretKey.MatchString(text) && text != "." && !strings.HasPrefix(text, "..")
}
