package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

// unprotect lifts the protection from every resource in the state. Here nothing is lost that could not be made again.
func unprotect(ctx context.Context, stack auto.Stack) error {
	deployment, err := stack.Export(ctx)
	if err != nil {
		return fmt.Errorf("reading the state of stack %s: %w", stack.Name(), err)
	}
	state := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(deployment.Deployment))
	decoder.UseNumber() // keeps numbers as they are written
	if err := decoder.Decode(&state); err != nil {
		return fmt.Errorf("reading the state of stack %s: %w", stack.Name(), err)
	}
	protected := false
	resources, _ := state["resources"].([]any)
	for _, r := range resources {
		if r, is := r.(map[string]any); is && r["protect"] == true {
			protected = true
			delete(r, "protect")
		}
	}
	if !protected {
		return nil
	}
	if deployment.Deployment, err = json.Marshal(state); err == nil {
		err = stack.Import(ctx, deployment)
	}
	if err != nil {
		return fmt.Errorf("lifting the protection of resources of stack %s: %w", stack.Name(), err)
	}
	return nil
}
