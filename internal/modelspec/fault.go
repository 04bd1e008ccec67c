package modelspec

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with a model file or an override. Its message names the place, the key, the value, what is
// allowed and the fix.
type Fault struct {
	// File is the model file, or empty when the fault lies in the environment's configuration.
	File string
	// Line in File, counted from 1; 0 when the fault concerns the file as a whole.
	Line int
	// Key is the path of the key in the file, such as replicas.max, or the configuration key; it may be empty.
	Key string
	// Problem says what is wrong, with the value.
	Problem string
	// Allowed says what would be right; it may be empty.
	Allowed string
	// Fix says what to do; it may be empty.
	Fix string
}

// Error returns "file:line: key: problem; allowed: ...; fix: ...".
func (f *Fault) Error() string {
	var text strings.Builder
	if f.File != "" {
		text.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&text, ":%d", f.Line)
		}
		text.WriteString(": ")
	}
	if f.Key != "" {
		text.WriteString(f.Key + ": ")
	}
	text.WriteString(f.Problem)
	if f.Allowed != "" {
		text.WriteString("; allowed: " + f.Allowed)
	}
	if f.Fix != "" {
		text.WriteString("; fix: " + f.Fix)
	}
	return text.String()
}

// origin is where a value was written.
type origin struct {
	file string
	line int
	key  string
}

func (o origin) fault(problem, allowed, fix string) *Fault {
	return &Fault{File: o.file, Line: o.line, Key: o.key, Problem: problem, Allowed: allowed, Fix: fix}
}

// String returns the origin as a reader finds it: file:line, or the configuration key.
func (o origin) String() string {
	if o.file == "" {
		return o.key
	}
	return fmt.Sprintf("%s:%d", o.file, o.line)
}
