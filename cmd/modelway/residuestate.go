package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/residue"
)

// exportTimeout bounds what the Pulumi CLI takes to read a state.
const exportTimeout = 2 * time.Minute

// noStack is what the Pulumi CLI says of a stack that its backend does not have
// (https://github.com/pulumi/pulumi/blob/v3.245.0/pkg/cmd/pulumi/stack/stack.go).
const noStack = "no stack named"

// exporting is how to get a file with the state of the stack.
func (c clearing) exporting() string {
	return fmt.Sprintf("pulumi stack export --stack %s > state-%[1]s.json, and give --state state-%[1]s.json", c.stack)
}

// fromFile reads the state of the stack from the file that was given.
func (c clearing) fromFile(project string) (residue.State, error) {
	text, err := os.ReadFile(c.state)
	var state residue.State
	if err == nil {
		state, err = residue.ParseState(text)
	}
	if err != nil {
		return residue.State{}, fmt.Errorf("the state %s cannot be read: %w; allowed: a file of pulumi stack export; fix: %s", c.state, err,
			c.exporting())
	}
	if err := state.CheckOwner(project, c.stack.String()); err != nil {
		return residue.State{}, fmt.Errorf("the state %s is not the stack's: %w; fix: %s", c.state, err, c.exporting())
	}
	return state, nil
}

// known reads the state of the stack. The error says that there is none to go by; the zero state, which knows nothing, is right where the
// stack is gone and that is said.
func (c clearing) known(ctx context.Context, project string) (residue.State, error) {
	if c.state != "" {
		return c.fromFile(project)
	}
	ctx, cancel := context.WithTimeout(ctx, exportTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "pulumi", "stack", "export", "--stack", c.stack.String(), "--non-interactive")
	cmd.Dir = c.root
	var said bytes.Buffer
	cmd.Stderr = &said
	text, err := cmd.Output()
	switch {
	case err == nil && c.gone:
		return residue.State{}, fmt.Errorf("--gone is given, but the backend has stack %s; allowed: a stack that pulumi stack rm "+
			"removed; fix: leave --gone out", c.stack)
	case err == nil:
		state, err := residue.ParseState(text)
		if err == nil {
			err = state.CheckOwner(project, c.stack.String())
		}
		if err != nil {
			err = fmt.Errorf("the state of stack %s cannot be read: %w; fix: give it with --state", c.stack, err)
		}
		return state, err
	case strings.Contains(said.String(), noStack) && c.gone:
		return residue.State{}, nil
	case strings.Contains(said.String(), noStack):
		return residue.State{}, fmt.Errorf("the backend has no stack %s: it may be gone, or the backend may be another one; allowed: a "+
			"state, or a stack that is gone; fix: pulumi login to the right backend, give --state, or say --gone", c.stack)
	case errors.Is(err, exec.ErrNotFound):
		return residue.State{}, errors.New("the state cannot be read: there is no pulumi command; allowed: a state that can be read; fix: " +
			"install it, or give a file of pulumi stack export with --state")
	}
	return residue.State{}, fmt.Errorf("the state of stack %s cannot be read: pulumi stack export: %w: %s; allowed: a state that can be "+
		"read; fix: pulumi login, or give --state", c.stack, err, strings.TrimSpace(said.String()))
}
