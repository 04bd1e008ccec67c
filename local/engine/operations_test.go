package engine

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// The Automation API closes the channel only if the engine opened its event log. An engine that fails before must not be waited for.
func TestOperationThatFailsBeforeItsFirstEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails when a goroutine waits for ever
		p := &Progress{Out: io.Discard}
		err := p.run("local", "up", func(chan events.EngineEvent) error {
			return errors.New("failed to run update: exit status 255\ncode: 255\nstdout: \nstderr: error: could not load the state: unexpected " +
				"end of JSON input\n")
		})
		require.EqualError(t, err, "up of stack local failed: could not load the state: unexpected end of JSON input")
	})
}

// Events that were sent before the operation returned are shown, whether or not the channel was closed.
func TestEventsBeforeTheEndAreShown(t *testing.T) {
	for _, closed := range []bool{true, false} {
		p := &Progress{Out: io.Discard}
		err := p.run("local", "up", func(ch chan events.EngineEvent) error {
			for range 100 {
				ch <- events.EngineEvent{}
			}
			ch <- events.EngineEvent{EngineEvent: apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "boom"}}}
			if closed {
				close(ch)
			}
			return errors.New("exit status 255")
		})
		require.EqualError(t, err, "up of stack local failed: boom")
	}
}

// What the program refuses is said once, without the frames around it.
func TestRefusalOfTheProgram(t *testing.T) {
	for name, c := range map[string]struct {
		before  []apitype.EngineEvent
		refused bool
	}{
		"before anything":  {step(apitype.OpCreate, "pulumi:pulumi:Stack", "modelway-local"), true},
		"after a change":   {step(apitype.OpCreate, "aws:ec2/vpc:Vpc", "v"), false},
		"during a change":  {step(apitype.OpCreate, "aws:ec2/vpc:Vpc", "v")[:1], false},
		"without any step": {nil, true},
	} {
		var out strings.Builder
		p := &Progress{Out: &out, Terminal: of(true)}
		err := p.run("local", "up", func(ch chan events.EngineEvent) error {
			for _, event := range append(c.before, apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{
				Severity: "error", Message: "an unhandled error occurred: 1 error occurred:\n\t* models/a.yaml: bad\n\n\n",
			}}) {
				ch <- events.EngineEvent{EngineEvent: event}
			}
			return errors.New("exit status 255")
		})
		require.EqualError(t, err, "up of stack local failed: models/a.yaml: bad", name)
		require.Equal(t, c.refused, errors.Is(err, ErrRefused), name)
		require.NotContains(t, out.String(), "bad", name)
	}
}

// A plugin that ends under the program makes the program fail, which is not a refusal: the same command helps.
func TestProgramWithoutItsPlugin(t *testing.T) {
	p := &Progress{Out: io.Discard}
	err := p.run("local", "preview", func(ch chan events.EngineEvent) error {
		ch <- events.EngineEvent{EngineEvent: apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{
			Severity: "error", Message: "an unhandled error occurred: 1 error occurred:\n\t* asking AWS: error reading from server: reset\n\n\n",
		}}}
		return errors.New("exit status 255")
	})
	require.ErrorIs(t, err, ErrLost)
	require.NotErrorIs(t, err, ErrRefused)
}

// The engine of an interrupted command ends by the context, unless the terminal has interrupted it already.
func TestEngineContextEndsOnce(t *testing.T) {
	for cause, ends := range map[error]bool{errors.New("SIGTERM"): true, ErrInterruptedItself: false} {
		synctest.Test(t, func(t *testing.T) {
			outer, interrupt := context.WithCancelCause(t.Context())
			ctx, cancel := engineContext(outer)
			defer cancel()
			interrupt(cause)
			synctest.Wait()
			require.Equal(t, ends, ctx.Err() != nil, cause)
		})
	}
}
