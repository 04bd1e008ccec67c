package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with the configuration.
type Fault struct {
	// Key is the full key and path, such as modelway:compute.nodeGroups[0].minSize.
	Key string
	// Problem says what is wrong, in a few words.
	Problem string
	// Given is the value as JSON; empty where there is none.
	Given string
	// Allowed says which values are.
	Allowed string
	// Fix is a command to run or a line to write; further lines are further steps, or alternatives that begin with "or: ".
	Fix string

	path    path
	reads   []path
	unknown bool // the key does not exist, so no check rests on it
}

// Error writes the fault: key and problem, then what was given, what is allowed and the fix, each on a line of its own.
func (f Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Key, f.Problem)
	for _, line := range []struct{ label, text string }{
		{"given:  ", f.Given}, {"allowed:", f.Allowed}, {"fix:    ", f.Fix},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "\n    %s %s", line.label, strings.ReplaceAll(line.text, "\n", "\n             "))
		}
	}
	return b.String()
}

// Error is what Load returns for a configuration with faults. errors.As also finds each Fault in it.
type Error struct {
	// Stack is the name of the stack.
	Stack string
	// Faults holds every fault, sorted by key.
	Faults []Fault
}

// Error writes all faults below a line that counts them.
func (e *Error) Error() string {
	noun := "faults"
	if len(e.Faults) == 1 {
		noun = "fault"
	}
	return fmt.Sprintf("configuration of stack %q has %d %s; nothing was registered\n%v",
		e.Stack, len(e.Faults), noun, errors.Join(e.Unwrap()...))
}

// Unwrap returns the faults.
func (e *Error) Unwrap() []error {
	list := make([]error, len(e.Faults))
	for i, fault := range e.Faults {
		list[i] = fault
	}
	return list
}

// newFault completes a fault with its path and the value given there.
func newFault(at path, given any, fault Fault) Fault {
	fault.path, fault.Key, fault.Given = at, at.String(), show(given)
	return fault
}

// alsoReads names other values that the fault depends on: with a fault of their own there, this one is not reported.
func (f Fault) alsoReads(others ...path) Fault {
	f.reads = append(f.reads, others...)
	return f
}

// involves reports whether the fault rests on a value at or around the path.
func (f Fault) involves(other path) bool {
	return f.path.touches(other) || slices.ContainsFunc(f.reads, other.touches)
}

// sortFaults orders faults by key, and by problem where a key has several.
func sortFaults(faults []Fault) {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return strings.Compare(a.Key+"\x00"+a.Problem, b.Key+"\x00"+b.Problem)
	})
}

// absent is given in place of a value that is not there.
type absent struct{}

// show writes a value as JSON, shortened where it is long.
func show(value any) string {
	if _, none := value.(absent); none {
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
