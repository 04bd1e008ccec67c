package ci

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/modelway/modelway/internal/sheet"
)

// Need is a variable or a program that a step needs.
type Need struct {
	// Name is that of the variable or of the program.
	Name string
	// What says what the variable holds, or where the program is had from.
	What string
	// Program is true for a program on PATH.
	Program bool
	// Optional is true where the step does without it.
	Optional bool
	// When says in words when the step needs it, as in "with GH_TOKEN"; "" for always.
	When string
}

// Needed says in words when the step needs it.
func (n Need) Needed() string {
	switch {
	case n.When != "" && n.Optional:
		return "optional " + n.When
	case n.When != "":
		return n.When
	case n.Optional:
		return "optional"
	}
	return "always"
}

// InputError is everything that is wrong with the inputs of a step. Nothing has been done.
type InputError []error

// Error lists the faults.
func (e InputError) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	lines := []string{sheet.Count(len(e), "input") + " to put right:"}
	for _, fault := range e {
		lines = append(lines, fault.Error())
	}
	return strings.Join(lines, "\n  ")
}

// ExitCode is that of wrong usage.
func (InputError) ExitCode() int { return 2 }

// inputs reads the inputs of a step, and notes what it reads.
type inputs struct {
	env   func(string) string
	found *found
	// when and unneeded are the condition of what is read, in words, and whether it does not hold.
	when     string
	unneeded bool
}

type found struct {
	needs  []Need
	faults []error
	checks []func() error
}

// readInputs reads the inputs of a job; the error is an InputError.
func readInputs(j job, env func(string) string) error {
	in := inputs{env: env, found: new(found)}
	j.inputs(in)
	faults := append(in.found.faults, githubFaults(env)...)
	for _, check := range in.found.checks {
		if err := check(); err != nil {
			faults = append(faults, err)
		}
	}
	if len(faults) > 0 {
		return InputError(faults)
	}
	return nil
}

// only are inputs that are needed on a condition.
func (in inputs) only(when string, holds bool) inputs {
	in.when, in.unneeded = when, !holds
	return in
}

// required reads a variable that may not be empty. It returns "" for a value that is not allowed or not needed.
func (in inputs) required(v variable) string {
	in.note(Need{Name: v.name, What: v.what})
	if !in.unneeded && in.env(v.name) == "" {
		in.fault(fmt.Errorf("The environment variable %s is empty: set it to %s", v.name, v.what))
	}
	return in.value(v)
}

// optional reads a variable that may be empty. It returns "" for a value that is not allowed.
func (in inputs) optional(v variable) string {
	in.note(Need{Name: v.name, What: v.what, Optional: true})
	return in.value(v)
}

func (in inputs) value(v variable) string {
	value := in.env(v.name)
	if in.unneeded {
		return ""
	}
	if value == "" || v.check == nil {
		return value
	}
	if err := v.check(value); err != nil {
		in.fault(err)
		return ""
	}
	return value
}

// program wants a program on PATH.
func (in inputs) program(name string) {
	from := programs[name]
	in.note(Need{Name: name, What: from, Program: true})
	if in.unneeded {
		return
	}
	if _, err := exec.LookPath(name); err != nil {
		in.fault(fmt.Errorf("%s is not on PATH: install it from %s", name, from))
	}
}

// check adds a check that is made when all inputs are read. It passes over inputs that are empty.
func (in inputs) check(fault func() error) {
	if !in.unneeded {
		in.found.checks = append(in.found.checks, fault)
	}
}

// file wants a file that another step leaves.
func (in inputs) file(path, fix string) {
	in.check(func() error {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			return fmt.Errorf("There is no %s: %s", path, fix)
		}
		return nil
	})
}

func (in inputs) note(n Need) {
	n.When = in.when
	in.found.needs = append(in.found.needs, n)
}

func (in inputs) fault(err error) { in.found.faults = append(in.found.faults, err) }

// githubFaults are the files of GitHub that cannot be written, which is better known before anything is done.
func githubFaults(env func(string) string) (faults []error) {
	for _, name := range []string{outputVariable, summaryVariable} {
		if path := env(name); path != "" {
			if err := appendTo(path, ""); err != nil {
				faults = append(faults, fmt.Errorf("%s is %q, which cannot be written: %w; use a file in a folder that is there, or leave it empty",
					name, path, errors.Unwrap(err)))
			}
		}
	}
	return faults
}
