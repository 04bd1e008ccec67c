package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// Up applies the program and returns the stack's outputs.
func Up(ctx context.Context, p Project, progress *Progress) (auto.OutputMap, error) {
	var result auto.UpResult
	err := operate(ctx, p, progress, "up", func(stack auto.Stack, ch chan events.EngineEvent) (err error) {
		result, err = stack.Up(ctx, optup.EventStreams(ch), optup.SuppressProgress(), optup.SuppressOutputs())
		return err
	})
	return result.Outputs, err
}

// Preview shows what Up would do. Policies are the folders of policy packs to run.
func Preview(ctx context.Context, p Project, progress *Progress, policies ...string) error {
	return operate(ctx, p, progress, "preview", func(stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Preview(ctx, optpreview.EventStreams(ch), optpreview.PolicyPacks(policies...), optpreview.SuppressProgress(), optpreview.SuppressOutputs())
		return err
	})
}

// Refresh reads every resource and stores what it finds.
func Refresh(ctx context.Context, p Project, progress *Progress) error {
	return operate(ctx, p, progress, "refresh", func(stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Refresh(ctx, optrefresh.EventStreams(ch), optrefresh.SuppressProgress())
		return err
	})
}

// Destroy deletes every resource, and the stack when none is left. It fails with ErrNoStack where there is none.
func Destroy(ctx context.Context, p Project, progress *Progress) error {
	if !p.Exists() {
		return ErrNoStack
	}
	return operate(ctx, p, progress, "destroy", func(stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Destroy(ctx, optdestroy.EventStreams(ch), optdestroy.SuppressProgress(), optdestroy.SuppressOutputs())
		return err
	})
}

func operate(ctx context.Context, p Project, progress *Progress, verb string, run func(auto.Stack, chan events.EngineEvent) error) error {
	stack, err := Open(ctx, p)
	if err != nil {
		return err
	}
	if err := p.recover(ctx, stack, progress); err != nil {
		return err
	}
	ch := make(chan events.EngineEvent, 1024)
	shown := progress.Watch(ch)
	err = run(stack, ch)
	<-shown
	if err == nil {
		return nil
	}
	if len(progress.Broken) > 0 {
		progress.Faults = append(progress.Faults, fmt.Sprintf("mandatory policies are broken: %s. Each is explained above; policies/README.md says how to set "+
			"a level or an exception", strings.Join(progress.Broken, ", ")))
	}
	if len(progress.Faults) > 0 {
		return fmt.Errorf("%s of stack %s failed: %s", verb, p.Stack, strings.Join(progress.Faults, "\n"))
	}
	return fmt.Errorf("%s of stack %s failed: %w", verb, p.Stack, err)
}
