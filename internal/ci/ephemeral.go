package ci

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/review/delivery"
)

// ephemeralKeep lets the stack of a pull request live for some hours more.
type ephemeralKeep struct {
	stack string
	hours int
}

func (e *ephemeralKeep) inputs(in inputs) {
	e.stack = in.required(ephemeralVariable)
	hours := in.required(variable{"HOURS", "how many hours from now the stack may live, 1 to 336", func(value string) error {
		hours, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("HOURS is %q, which is not a number: use 1 to 336", value)
		}
		_, err = delivery.Expiry(time.Now(), hours)
		return err
	}})
	e.hours, _ = strconv.Atoi(hours)
	in.pulumi()
}

func (e *ephemeralKeep) run(w *work) error {
	expiry, err := delivery.Expiry(time.Now(), e.hours)
	if err != nil {
		return err
	}
	args := []string{"stack", "tag", "set", delivery.ExpiryTag, expiry, "--stack", e.stack}
	if err := w.do(call{program: "pulumi", args: args}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "%s lives until %s.\n", e.stack, expiry)
	return err
}

// ephemeralDestroy destroys the stack of a pull request, whatever its expiry; without one, all whose time has come and, with a token for
// GitHub, those of closed pull requests. It refuses every stack that is not named pr-<number>.
type ephemeralDestroy struct{ stack, repository string }

func (e *ephemeralDestroy) inputs(in inputs) {
	e.stack = in.optional(variable{"STACK", "the stack to destroy now, such as pr-12; empty for all that are due", delivery.RefuseLasting})
	in.pulumi()
	due := in.only("with GH_TOKEN, without STACK", in.optional(variable{
		"GH_TOKEN", "a token for GitHub, which tells closed pull requests; a workflow gives its own", nil,
	}) != "" && in.env("STACK") == "")
	due.program("gh")
	e.repository = due.required(repositoryVariable)
}

func (e *ephemeralDestroy) run(w *work) error {
	names, err := ephemeralStacks(w)
	if err != nil {
		return err
	}
	var faults []error
	doomed := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name != e.stack })
	if e.stack == "" {
		doomed, err = delivery.Expired(e.stacks(w, names), time.Now())
		faults = append(faults, err)
	}
	if len(doomed) == 0 {
		fmt.Fprintln(w.Out, "No stack to destroy.")
	}
	for _, name := range doomed {
		if err := delivery.RefuseLasting(name); err != nil {
			return errors.Join(append(faults, err)...)
		}
		// The settings of the stack come from its last deployment: this checkout has no Pulumi.pr-<number>.yaml.
		args := []string{"destroy", "--stack", name, "--yes", "--skip-preview", "--non-interactive", "--remove"}
		if err := w.do(call{program: "pulumi", args: args}); err != nil {
			faults = append(faults, fmt.Errorf("%w\nThe destroy of %s failed; run it again, it goes on from there. A lock of a killed run: "+
				"`pulumi cancel -s %[2]s`.", err, name))
		}
	}
	return errors.Join(faults...)
}

// ephemeralStacks are the names of the stacks of pull requests.
func ephemeralStacks(w *work) (names []string, err error) {
	text, err := w.ask("pulumi", "stack", "ls", "--json")
	if err != nil {
		return nil, err
	}
	var stacks []struct{ Name string }
	if err := json.Unmarshal([]byte(text), &stacks); err != nil {
		return nil, fmt.Errorf("reading the stacks: `pulumi stack ls --json` printed no JSON array: %w", err)
	}
	for _, stack := range stacks {
		if delivery.IsEphemeral(stack.Name) {
			names = append(names, stack.Name)
		}
	}
	return names, nil
}

// stacks are those of names with what is known of them. No tag is not an error here: the decision reports it.
func (e *ephemeralDestroy) stacks(w *work, names []string) (stacks []delivery.Stack) {
	for _, name := range names {
		stack := delivery.Stack{Name: name}
		var tag strings.Builder
		c := call{program: "pulumi", args: []string{"stack", "tag", "get", delivery.ExpiryTag, "--stack", name}, out: &tag, err: io.Discard,
			quiet: true}
		if w.do(c) == nil {
			stack.Expires = strings.TrimSpace(tag.String())
		}
		if e.repository != "" {
			pull := fmt.Sprintf("repos/%s/pulls/%s", e.repository, strings.TrimPrefix(name, "pr-"))
			if state, err := w.ask("gh", "api", pull, "--jq", ".state"); err == nil {
				stack.PullRequest = state
			}
		}
		stacks = append(stacks, stack)
	}
	return stacks
}
