package engine

import (
	"errors"
	"io"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// TestEndOfAPluginIsTheFault takes what the engine says when the Kubernetes plugin is killed, and when one panics.
func TestEndOfAPluginIsTheFault(t *testing.T) {
	failed := func(urn, text string) apitype.EngineEvent {
		return apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", URN: urn, Message: text}}
	}
	const frame = " exited prematurely. \n       This is *always* a bug in the provider. " +
		"Please report the issue to the provider author as appropriate.\n" +
		"       To assist with debugging we have dumped the STDOUT and STDERR streams of the plugin:"
	p, out := feed(false,
		failed("urn:pulumi:s::p::t::system", "error reading from server: connection reset by peer"),
		failed(
			"urn:pulumi:s::p::t::models", `connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused"`),
		failed("urn:pulumi:s::p::t::vpc", "refused"),
		failed("", "Detected that /checkout b/.modelway/bin/pulumi-resource-kubernetes"+frame+"\n"))
	const killed = "the engine's plugin kubernetes ended while it was at work: it was killed, or the machine ran out of memory"
	require.EqualError(t, withCause(p.Faults, false), "vpc: refused\n"+killed)
	require.ErrorIs(t, withCause(p.Faults, false), ErrLost)
	require.Contains(t, out, "error: "+killed)
	require.NotContains(t, out, "bug in the provider")

	require.Equal(t, "the engine's plugin aws ended while it was at work. The last that it wrote:\n    panic: index\n    goroutine 1",
		lostPlugin("Detected that pulumi-resource-aws"+frame+"panic: index\ngoroutine 1\n"))
	require.Empty(t, lostPlugin("refused"))
	gone := []string{"x: rpc error: code = Unavailable desc = error reading from server: EOF"}
	require.ErrorContains(t, withCause(gone, false), "a plugin of the engine ended")
	require.NotErrorIs(t, withCause(gone, true), ErrLost, "the command ended it")
	require.NotErrorIs(t, withCause([]string{"vpc: refused"}, false), ErrLost)
}

// TestFullDiskEndsTheEngine requires an engine that cannot save the state to be ended, and the disk blamed for it.
func TestFullDiskEndsTheEngine(t *testing.T) {
	p := &Progress{Out: io.Discard}
	stopped := make(chan struct{})
	p.stop = func() { close(stopped) }
	err := p.run("local", "up", func(ch chan events.EngineEvent) error {
		unsaved := &apitype.DiagnosticEvent{Severity: "error", Message: "failed to save snapshot: no space left on device"}
		ch <- events.EngineEvent{EngineEvent: apitype.EngineEvent{DiagnosticEvent: unsaved}}
		<-stopped
		return errors.New("signal: killed")
	})
	require.EqualError(t, err, "up of stack local failed: failed to save snapshot: no space left on device")
	require.True(t, FullDisk(err))
}
