package engine

import (
	"context"
	"errors"
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
	err := operate(ctx, p, progress, "up", func(ctx context.Context, stack auto.Stack, ch chan events.EngineEvent) (err error) {
		result, err = stack.Up(ctx, optup.EventStreams(ch), optup.SuppressProgress(), optup.SuppressOutputs())
		return err
	})
	return result.Outputs, err
}

// Preview shows what Up would do. Policies are the folders of policy packs to run.
func Preview(ctx context.Context, p Project, progress *Progress, policies ...string) error {
	return operate(ctx, p, progress, "preview", func(ctx context.Context, stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Preview(ctx, optpreview.EventStreams(ch), optpreview.PolicyPacks(policies...), optpreview.SuppressProgress(),
			optpreview.SuppressOutputs())
		return err
	})
}

// Refresh reads every resource and stores what it finds.
func Refresh(ctx context.Context, p Project, progress *Progress) error {
	return operate(ctx, p, progress, "refresh", func(ctx context.Context, stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Refresh(ctx, optrefresh.EventStreams(ch), optrefresh.SuppressProgress())
		return err
	})
}

// Destroy deletes every resource, and the stack when none is left. It fails with ErrNoStack where there is none.
func Destroy(ctx context.Context, p Project, progress *Progress) error {
	if !p.Exists() {
		return ErrNoStack
	}
	return operate(ctx, p, progress, "destroy", func(ctx context.Context, stack auto.Stack, ch chan events.EngineEvent) error {
		_, err := stack.Destroy(ctx, optdestroy.EventStreams(ch), optdestroy.SuppressProgress(), optdestroy.SuppressOutputs())
		return err
	})
}

// ErrInterruptedItself is the cause of a context that ended by a signal which the engine received, too. A second one would make it drop
// the steps under way.
var ErrInterruptedItself = errors.New("the engine was interrupted itself")

// operate runs an operation. Its own context is the engine's: where the engine was interrupted itself, the context does not end.
func operate(ctx context.Context, p Project, progress *Progress, verb string, run func(context.Context, auto.Stack,
	chan events.EngineEvent) error) error {
	ctx, cancel := engineContext(ctx)
	defer cancel()
	stack, err := Open(ctx, p, progress)
	if err != nil {
		return err
	}
	if err := p.recover(ctx, stack, progress); err != nil {
		return err
	}
	if verb == "up" && p.Prepare != nil {
		state, err := p.state()
		if err == nil {
			err = p.Prepare(ctx, state.Resources)
		}
		if err != nil {
			return err
		}
	}
	progress.stop, progress.ended = cancel, ctx.Err
	return p.keeping(func() error {
		return progress.run(p.Stack, verb, func(ch chan events.EngineEvent) error { return run(ctx, stack, ch) })
	})
}

func engineContext(ctx context.Context) (context.Context, context.CancelFunc) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if !errors.Is(context.Cause(ctx), ErrInterruptedItself) {
			cancel()
		}
	})
	return own, func() { stop(); cancel() }
}

// run shows an operation until it returns. It does not wait for the end of the events: their channel is closed only if the engine came as
// far as opening its event log.
func (p *Progress) run(stack, verb string, operation func(chan events.EngineEvent) error) error {
	ch, over := make(chan events.EngineEvent, 1024), make(chan struct{})
	shown := p.watch(ch, over)
	err := operation(ch)
	close(over)
	<-shown
	if err == nil {
		return nil
	}
	if len(p.Broken) > 0 {
		p.Faults = append(p.Faults, fmt.Sprintf("mandatory policies are broken: %s. Each is explained above; policies/README.md says how to set "+
			"a level or an exception", strings.Join(p.Broken, ", ")))
	}
	if wasKilled(err) && !p.full {
		p.Faults = append(p.Faults, said(err).Error())
		return fmt.Errorf("%s of stack %s failed: %w", verb, stack, outcome{ErrLost, strings.Join(p.Faults, "\n")})
	}
	if len(p.Faults) > 0 {
		return fmt.Errorf("%s of stack %s failed: %w", verb, stack, p.cause())
	}
	return fmt.Errorf("%s of stack %s failed: %w", verb, stack, said(err))
}

// cause is the error of an operation that reported faults. What the program says of a plugin that ended under it is not a refusal.
func (p *Progress) cause() error {
	ended := p.ended != nil && p.ended() != nil
	err := withCause(p.Faults, ended)
	if p.refused && p.untouched() && !ended && !errors.Is(err, ErrLost) {
		return outcome{ErrRefused, err.Error()}
	}
	return err
}

// said is what the engine wrote to its standard error, where that holds an error, without the frame that the Automation API puts around it.
func said(err error) error {
	if wasKilled(err) {
		return outcome{ErrLost, "the engine was killed, or the machine ran out of memory"}
	}
	_, text, found := strings.Cut(err.Error(), "stderr: ")
	if _, fault, is := strings.Cut(text, "error: "); found && is {
		return errors.New(strings.TrimSpace(fault))
	}
	return err
}

// wasKilled says whether an error of the Automation API tells of a signal that ended the engine.
func wasKilled(err error) bool { return strings.Contains(err.Error(), "signal: killed") }
