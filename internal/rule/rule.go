// Package rule says what is wrong with a spec. The settings and the components check a spec by the same rules: the settings put the full
// key in front and a command behind it, a component names its own argument.
package rule

import (
	"errors"
	"fmt"

	"github.com/modelway/modelway/internal/strict"
)

// Path leads from a spec to one of its values.
type Path = strict.Path

// Fault is a value that breaks a rule of its spec.
type Fault struct {
	// At leads to the value.
	At Path
	// Given is the value; nil where there is none.
	Given any
	// Problem says what is wrong, in a few words. Where Other is set, it ends in that value's key.
	Problem string
	Other   Path
	// Allowed says which values are.
	Allowed string
	// Fixes are alternatives, the best one first.
	Fixes []Fix
	// OfRegion says that the fault depends on the AWS region.
	OfRegion bool
	// Reads are other values that the fault depends on.
	Reads []Path
}

// Fix is a change that mends a fault: a value to set, a value to remove, or advice.
type Fix struct {
	At     Path
	Value  any
	Advice string
	// Remark is a comment for the reader.
	Remark string
	// Then are further changes that the fix takes.
	Then []Fix
}

// Set gives the value at a path.
func Set(at Path, value any) Fix { return Fix{At: at, Value: value} }

// Remove takes the value at a path away.
func Remove(at Path) Fix { return Fix{At: at} }

// Advise says in words what to change.
func Advise(format string, args ...any) Fix { return Fix{Advice: fmt.Sprintf(format, args...)} }

// Remarked adds a comment for the reader.
func (f Fix) Remarked(remark string) Fix {
	f.Remark = remark
	return f
}

// String describes the change.
func (f Fix) String() string {
	text := "remove " + f.At.String()
	switch {
	case f.Advice == "" && len(f.At) == 0:
		text = "leave all of it out"
	case f.Advice != "":
		text = f.Advice
	case f.Value != nil:
		text = fmt.Sprintf("set %s to %v", f.At, f.Value)
	}
	if f.Remark != "" {
		text += " (" + f.Remark + ")"
	}
	for _, next := range f.Then {
		text += " and " + next.String()
	}
	return text
}

// Error describes the fault of a component's argument.
func (f Fault) Error() string {
	text := f.At.String()
	if named, quoted := f.Given.(string); quoted {
		text += fmt.Sprintf(" is %q", named)
	} else if f.Given != nil {
		text += fmt.Sprintf(" is %v", f.Given)
	}
	text += ": " + f.Problem
	if f.Other != nil {
		text += " " + f.Other.String()
	}
	text += "; allowed: " + f.Allowed
	for i, fix := range f.Fixes {
		text += []string{"; ", ", or "}[min(i, 1)] + fix.String()
	}
	return text
}

// Below returns the faults of a part of a spec as faults of the whole: their paths begin with the path of the part.
func Below(at Path, faults []Fault) []Fault {
	for i := range faults {
		f := &faults[i]
		f.At = at.At(f.At...)
		if f.Other != nil {
			f.Other = at.At(f.Other...)
		}
		for j := range f.Reads {
			f.Reads[j] = at.At(f.Reads[j]...)
		}
		below(at, f.Fixes)
	}
	return faults
}

func below(at Path, fixes []Fix) {
	for i := range fixes {
		fixes[i].At = at.At(fixes[i].At...)
		below(at, fixes[i].Then)
	}
}

// Join returns the faults as one error, or nil.
func Join(faults []Fault) error {
	all := make([]error, len(faults))
	for i, fault := range faults {
		all[i] = fault
	}
	return errors.Join(all...)
}
