package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with a file or a setting.
type Fault struct {
	// File holds the value, where it is known.
	File string
	// Line in File, counted from 1; 0 when the fault concerns the file as a whole.
	Line int
	// Key is the full key and path, such as modelway:compute.nodeGroups[0].minSize, or replicas.max in a model file; it may be empty.
	Key string
	// Problem says what is wrong, in a few words.
	Problem string
	// Given is the value as JSON; empty where there is none, or Problem names it.
	Given string
	// Allowed says which values are; it may be empty.
	Allowed string
	// Fix is a command to run or a line to write; further lines are further steps, or alternatives that begin with "or: ".
	Fix string

	path    Path
	reads   []Path
	unknown bool // the key does not exist, so no check rests on it
}

// NewFault completes a fault of a setting with its path and the value given there.
func NewFault(at Path, given any, fault Fault) Fault {
	fault.path, fault.Key, fault.Given = at, at.Key(), Show(given)
	return fault
}

// AlsoReads names other values that the fault depends on: with a fault of their own there, this one is not reported.
func (f Fault) AlsoReads(others ...Path) Fault {
	f.reads = append(f.reads, others...)
	return f
}

// Within reports whether the fault is at or below the path.
func (f Fault) Within(other Path) bool { return f.path.Within(other) }

// Place returns where a reader finds the value: file:line, or the key of a setting.
func (f Fault) Place() string {
	switch {
	case f.File == "":
		return f.Key
	case f.Line == 0:
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

// Error returns "file:line: key: problem; allowed: ...; fix: ...".
func (f Fault) Error() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.Place() + ": ")
	}
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Problem)
	for _, part := range []struct{ label, text string }{{"given", f.Given}, {"allowed", f.Allowed}, {"fix", f.Fix}} {
		if part.text != "" {
			b.WriteString("; " + part.label + ": " + part.text)
		}
	}
	return b.String()
}

// block writes the fault as a paragraph: key and problem, then what was given, what is allowed, the fix and the place,
// each on a line of its own.
func (f Fault) block() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Key, f.Problem)
	place := ""
	if f.File != "" {
		place = f.Place()
	}
	for _, line := range []struct{ label, text string }{
		{"given:  ", f.Given}, {"allowed:", f.Allowed}, {"fix:    ", f.Fix}, {"in:     ", place},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "\n    %s %s", line.label, strings.ReplaceAll(line.text, "\n", "\n             "))
		}
	}
	return b.String()
}

// Error holds every fault of the settings of a stack. errors.As also finds each Fault in it.
type Error struct {
	// Stack is the name of the stack.
	Stack string
	// Faults holds every fault, sorted by key.
	Faults []Fault
}

// NewError returns an *Error with the faults sorted by key, and by problem where a key has several; nil without faults.
func NewError(stack string, faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return strings.Compare(a.Key+"\x00"+a.Problem, b.Key+"\x00"+b.Problem)
	})
	return &Error{Stack: stack, Faults: faults}
}

// Error writes all faults below a line that counts them.
func (e *Error) Error() string {
	noun := "faults"
	if len(e.Faults) == 1 {
		noun = "fault"
	}
	text := fmt.Sprintf("configuration of stack %q has %d %s; nothing was registered", e.Stack, len(e.Faults), noun)
	for _, fault := range e.Faults {
		text += "\n" + fault.block()
	}
	return text
}

// Unwrap returns the faults.
func (e *Error) Unwrap() []error { return asErrors(e.Faults) }

// Join returns the faults as one error; nil without faults.
func Join(faults []Fault) error { return errors.Join(asErrors(faults)...) }

func asErrors(faults []Fault) []error {
	list := make([]error, len(faults))
	for i, fault := range faults {
		list[i] = fault
	}
	return list
}

// Independent returns the faults that rest on no value with a fault of its own among the known ones.
func Independent(faults, known []Fault) []Fault {
	return slices.DeleteFunc(faults, func(fault Fault) bool {
		return slices.ContainsFunc(known, func(other Fault) bool {
			return !other.unknown && fault.involves(other.path) || slices.ContainsFunc(other.reads, fault.involves)
		})
	})
}

// involves reports whether the fault rests on a value at or around the path.
func (f Fault) involves(other Path) bool {
	return f.path.touches(other) || slices.ContainsFunc(f.reads, other.touches)
}

// Absent is given in place of a value that is not there.
type Absent struct{}

// Show writes a value as JSON, shortened where it is long.
func Show(value any) string {
	if _, none := value.(Absent); none {
		return ""
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return shorten(strings.TrimSpace(b.String()))
}

func shorten(text string) string {
	const limit = 100
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit]) + "..."
}
