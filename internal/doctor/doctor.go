// Package doctor decides what is wrong with a living environment, and what mends it. A check is a row: its key, what it needs to know, and
// a function from facts to findings. The package is pure but for [Examine], which asks a [Source] for the facts; which programs answer is
// up to that.
package doctor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	// Error is something that is broken, or will be within days.
	Error Severity = "error"
	// Warning is something that may become an error, or that may pass by itself, as while a deployment runs.
	Warning Severity = "warning"
)

// Finding is something that is wrong.
type Finding struct {
	// Severity of the finding.
	Severity Severity `json:"severity"`
	// Object that it is about, such as Pod models/churn-1.
	Object string `json:"object"`
	// Seen says what is wrong, in words.
	Seen string `json:"seen"`
	// Fix says what mends it: a setting, or what to do.
	Fix string `json:"fix"`
	// Command is one line of shell that mends it, or that shows why; empty where there is none.
	Command string `json:"command,omitempty"`
}

// Check is a row of the table of checks.
type Check struct {
	// Key names the check on the command line.
	Key string
	// Title says what holds where all is well.
	Title string
	// Needs are the facts without which it cannot look. Where one of them is not in the cluster at all, such as a kind of objects that is not
	// installed, there is nothing to check.
	Needs []Need
	// Uses are facts that it does without where they are not in the cluster or cannot be read.
	Uses []Need
	// Breaks says what happens if nobody acts.
	Breaks string
	// Find returns what is wrong.
	Find func(Facts) []Finding
	// Aside says what it did not look at in an environment, and who does; "" for nothing. Default nothing.
	Aside func(Facts) string
}

// Checks are all checks, in the order in which they are told: what blocks a cluster first.
func Checks() []Check {
	return []Check{webhooks, authorities, profiles, pending, releases, targets, targetHealth, addresses, digests, schema, argocd, scrapes,
		certificates, acm, balancers, account}
}

// Keys are the keys of all checks.
func Keys() (keys []string) {
	for _, c := range Checks() {
		keys = append(keys, c.Key)
	}
	return keys
}

// State is how a check came out.
type State string

// The states of a check.
const (
	// OK says that it looked, and found nothing.
	OK State = "ok"
	// Failed says that it found an error.
	Failed State = "error"
	// Warned says that it found warnings only.
	Warned State = "warning"
	// Absent says that the environment has nothing of what it looks at.
	Absent State = "absent"
	// Unread says that it could not look.
	Unread State = "unread"
)

// Result is the outcome of a check.
type Result struct {
	// Check is its key, and Title what holds where all is well.
	Check string `json:"check"`
	Title string `json:"title"`
	// State of the check.
	State State `json:"state"`
	// Note says why it could not look, what is not there, or what it did not look at.
	Note string `json:"note,omitempty"`
	// Findings of the check, errors first.
	Findings []Finding `json:"findings,omitempty"`
}

// Decide returns the outcome of a check by facts. missing has the faults of those that could not be read, by need.
func (c Check) Decide(f Facts, missing map[Need]error) Result {
	r := Result{Check: c.Key, Title: c.Title, State: OK}
	if r.State, r.Note = c.withoutFacts(missing); r.State != OK {
		return r
	}
	r.Findings, r.Note = c.Find(f), c.unseen(f, missing)
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return strings.Compare(string(a.Severity), string(b.Severity)) })
	if len(r.Findings) > 0 {
		r.State = State(r.Findings[0].Severity)
	}
	return r
}

// unseen is what a check that looked did not look at: what it does without and could not read, and what is not its own here.
func (c Check) unseen(f Facts, missing map[Need]error) string {
	var all []string
	if c.Aside != nil {
		if text := c.Aside(f); text != "" {
			all = append(all, text)
		}
	}
	for _, need := range c.Uses {
		if err := missing[need]; err != nil && !errors.Is(err, ErrAbsent) {
			all = append(all, fmt.Sprintf("it did without %s: %v", need, err))
		}
	}
	return strings.Join(all, "; ")
}

// withoutFacts says why a check cannot look. Needs that fail for one cause are told together; of those that are not there the first one,
// from which others follow.
func (c Check) withoutFacts(missing map[Need]error) (State, string) {
	var causes []string
	needs, absent := map[string][]string{}, ""
	for _, need := range c.Needs {
		err := missing[need]
		switch {
		case err == nil:
		case errors.Is(err, ErrAbsent):
			if absent == "" {
				absent = "not in this environment: " + strings.TrimPrefix(string(need), "the ")
			}
		default:
			if needs[err.Error()] == nil {
				causes = append(causes, err.Error())
			}
			needs[err.Error()] = append(needs[err.Error()], string(need))
		}
	}
	switch {
	case len(causes) > 0:
		for i, cause := range causes {
			causes[i] = strings.Join(needs[cause], ", ") + ": " + cause
		}
		return Unread, strings.Join(causes, "; ")
	case absent != "":
		return Absent, absent
	}
	return OK, ""
}
