package delivery

import (
	"errors"
	"fmt"
	"regexp"
	"time"
)

// ExpiryTag is the stack tag that holds when an ephemeral stack may be destroyed, in the form of RFC 3339.
const ExpiryTag = "modelway:expires"

// MaximumLife is how long an ephemeral stack may be kept from now on, at most. It can be extended again.
const MaximumLife = 14 * 24 * time.Hour

var ephemeral = regexp.MustCompile(`^pr-[1-9][0-9]{0,9}$`)

// IsEphemeral says whether a stack is one of a pull request, by its name: pr-<number>. Environments such as dev and prod are not.
func IsEphemeral(stack string) bool { return ephemeral.MatchString(stack) }

// RefuseLasting is an error for every stack that is not ephemeral.
func RefuseLasting(stack string) error {
	if IsEphemeral(stack) {
		return nil
	}
	return fmt.Errorf("STACK is %q, which is not ephemeral: only stacks named pr-<number> are kept and destroyed here; destroy an "+
		"environment by hand, with `pulumi destroy`", stack)
}

// Stack is a stack of the backend.
type Stack struct {
	Name string
	// Expires is the value of ExpiryTag, empty where there is none.
	Expires string
	// PullRequest is the state of the pull request that the stack is named after, open or closed, and empty where it is not known.
	PullRequest string
}

// Expired are the names of the ephemeral stacks whose pull request is closed or whose time has come. Stacks of other names are passed
// over, whatever their tag says. The error names every ephemeral stack whose expiry is missing or not readable; such stacks are left alone.
func Expired(stacks []Stack, now time.Time) ([]string, error) {
	var expired []string
	var faults []error
	for _, stack := range stacks {
		if !IsEphemeral(stack.Name) {
			continue
		}
		if stack.PullRequest == "closed" {
			expired = append(expired, stack.Name)
			continue
		}
		expires, err := time.Parse(time.RFC3339, stack.Expires)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("stack %s has the tag %s=%q, which is not a time such as 2026-11-30T18:00:00Z: set it with "+
				"`STACK=%s HOURS=24 modelway ci ephemeral-keep`, or destroy the stack with `STACK=%s modelway ci ephemeral-destroy`",
				stack.Name, ExpiryTag, stack.Expires, stack.Name, stack.Name))
		case !now.Before(expires):
			expired = append(expired, stack.Name)
		}
	}
	return expired, errors.Join(faults...)
}

// Expiry is the value of ExpiryTag for a stack that is to live for some hours more, from 1 to 336.
func Expiry(now time.Time, hours int) (string, error) {
	if hours < 1 || hours > int(MaximumLife/time.Hour) {
		return "", fmt.Errorf("HOURS is %d: use 1 to %d; a stack can be kept again before its time has come", hours, MaximumLife/time.Hour)
	}
	return now.Add(time.Duration(hours) * time.Hour).UTC().Format(time.RFC3339), nil
}
