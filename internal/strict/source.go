package strict

import (
	"maps"
	"slices"
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

	// Lines tell where the settings are written; nil where that is not known.
	Lines() *Lines
}

// Values is a Source in memory, for tests and for programs that build their configuration themselves.
type Values struct {
	// StackName is the name of the Pulumi stack.
	StackName string
	// Settings holds the values by full key, such as "modelway:network" or "aws:region"; objects as JSON text.
	Settings map[string]string
	// File is the stack's file that they come from; empty where there is none.
	File string
}

// Lines tell where the settings are written in File.
func (v Values) Lines() *Lines { return ReadLines(v.File) }

// Stack returns StackName.
func (v Values) Stack() string { return v.StackName }

// Get returns the value of a key and whether it is set.
func (v Values) Get(key string) (string, bool) {
	value, ok := v.Settings[FullKey(key)]
	return value, ok
}

// Keys returns the keys of Settings, sorted.
func (v Values) Keys() ([]string, bool) { return slices.Sorted(maps.Keys(v.Settings)), true }
