package config

import (
	"regexp"
	"slices"
	"strings"
)

// Source is where configuration comes from: a Pulumi program (FromContext) or anything else that holds the same keys.
type Source interface {
	// Stack returns the name of the Pulumi stack.
	Stack() string

	// Get returns the value of a key and whether it is set. Keys of Namespace come without it ("network"), others with
	// theirs ("aws:region"). Objects and lists come as JSON text.
	Get(key string) (string, bool)

	// Keys returns every key that is set, with its namespace ("modelway:network"), and whether it could be found out. Where it
	// could not, unknown top-level keys go unnoticed.
	Keys() ([]string, bool)
}

// Values is a Source in memory, for tests and for programs that build their configuration themselves.
type Values struct {
	// StackName is the name of the Pulumi stack.
	StackName string
	// Settings holds the values by full key, such as "modelway:network" or "aws:region"; objects as JSON text.
	Settings map[string]string
}

// Stack returns StackName.
func (v Values) Stack() string { return v.StackName }

// Get returns the value of a key and whether it is set.
func (v Values) Get(key string) (string, bool) {
	value, ok := v.Settings[fullKey(key)]
	return days(value), ok
}

// Keys returns the keys of Settings, sorted.
func (v Values) Keys() ([]string, bool) {
	keys := make([]string, 0, len(v.Settings))
	for key := range v.Settings {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys, true
}

// midnight is what the Pulumi CLI makes of a day that stands in a settings file without quotes, such as 2027-03-31.
var midnight = regexp.MustCompile(`(\d{4}-\d{2}-\d{2}) 00:00:00 \+0000 UTC`)

// days puts days in the place of the times that the Pulumi CLI makes of them.
func days(text string) string { return midnight.ReplaceAllString(text, "$1") }

// fullKey puts Namespace before a key that has none.
func fullKey(key string) string {
	if strings.Contains(key, ":") {
		return key
	}
	return Namespace + ":" + key
}
