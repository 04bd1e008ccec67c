package engine

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// feed shows events, and returns the progress when all are shown.
func feed(terminal bool, all ...apitype.EngineEvent) (*Progress, string) {
	var out strings.Builder
	p := &Progress{Out: &out, Terminal: terminal}
	ch := make(chan events.EngineEvent)
	done := p.watch(ch, nil)
	for _, event := range all {
		ch <- events.EngineEvent{EngineEvent: event}
	}
	close(ch)
	<-done
	return p, out.String()
}

func step(op apitype.OpType, typ, name string) []apitype.EngineEvent {
	m := apitype.StepEventMetadata{Op: op, Type: typ, URN: "urn:pulumi:s::p::" + typ + "::" + name}
	return []apitype.EngineEvent{
		{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: m}},
		{ResOutputsEvent: &apitype.ResOutputsEvent{Metadata: m}},
	}
}

func TestEachChangeIsShownOnce(t *testing.T) {
	created := step(apitype.OpCreate, "aws:ec2/vpc:Vpc", "v")
	p, out := feed(false, append(append(created, created[1]), step(apitype.OpSame, "aws:ec2/subnet:Subnet", "s")...)...)
	require.Equal(t, []Change{{Op: "create", URN: "urn:pulumi:s::p::aws:ec2/vpc:Vpc::v", Type: "aws:ec2/vpc:Vpc"}}, p.Changes)
	require.Equal(t, 1, strings.Count(out, "\n"))
	require.Equal(t, []string{"create", "aws:ec2:Vpc", "v"}, strings.Fields(out))
}

func TestFaultsNameTheirResourceOnce(t *testing.T) {
	fault := apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", URN: "urn:pulumi:s::p::t::vpc", Message: "<{%reset%}>refused<{%reset%}>\n"}}
	summary := apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "update failed"}}
	p, out := feed(false, fault, fault, summary)
	require.Equal(t, []string{"vpc: refused"}, p.Faults)
	require.Equal(t, "  error: vpc: refused\n", out)
}

func TestPassingWarningsAreNotShown(t *testing.T) {
	_, out := feed(false, apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "warning", Ephemeral: true, Message: "not ready yet"}})
	require.Empty(t, out)
}

func TestNotesOfComponentsAreShown(t *testing.T) {
	note := func(urn string) apitype.EngineEvent {
		return apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "info", URN: urn, Message: "coredns is pinned"}}
	}
	_, out := feed(false, note("urn:pulumi:s::p::modelway:platform:Platform$modelway:addons:Addons::late"), note("urn:pulumi:s::p::kubernetes:core/v1:Pod::p"))
	require.Equal(t, "  info: late: coredns is pinned\n", out)
}

func TestTerminalRewritesOneLine(t *testing.T) {
	_, out := feed(true, step(apitype.OpCreate, "aws:ec2/vpc:Vpc", "v")...)
	require.NotContains(t, out, "\n")
	require.Contains(t, out, "0 done, 1 under way  v")
	require.True(t, strings.HasSuffix(out, "\r\x1b[K"), "the line is cleared at the end")
}

func TestEventsAreLoggedAsLinesOfJSON(t *testing.T) {
	var log strings.Builder
	p := &Progress{Out: io.Discard, Log: &log}
	ch := make(chan events.EngineEvent)
	done := p.watch(ch, nil)
	for i, event := range step(apitype.OpSame, "aws:ec2/vpc:Vpc", "v") {
		event.Sequence = i
		ch <- events.EngineEvent{EngineEvent: event}
	}
	close(ch)
	<-done
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 2)
	var first apitype.EngineEvent
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.Equal(t, apitype.OpSame, first.ResourcePreEvent.Metadata.Op, "steps that change nothing are in it, too")
}
