package engine

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/terminal"
)

// of is a terminal, or none.
func of(live bool) terminal.Terminal {
	if !live {
		return terminal.Terminal{}
	}
	return terminal.With(80, 24, func(string) string { return "" })
}

// feed shows events, and returns the progress when all are shown.
func feed(live bool, all ...apitype.EngineEvent) (*Progress, string) {
	var out strings.Builder
	p := &Progress{Out: &out, Terminal: of(live)}
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

// A step that reads a resource begins as refresh and ends as what it found.
func TestRefreshShowsDrift(t *testing.T) {
	read := func(found apitype.OpType, name string) []apitype.EngineEvent {
		events := step(apitype.OpRefresh, "kubernetes:core/v1:Service", name)
		events[1].ResOutputsEvent.Metadata.Op, events[1].ResOutputsEvent.Metadata.Diffs = found, []string{"spec"}
		return events
	}
	p, out := feed(false, slices.Concat(read(apitype.OpSame, "same"), read(apitype.OpDelete, "gone"), read(apitype.OpUpdate, "other"))...)
	require.Len(t, p.Changes, 2)
	require.Empty(t, p.begun)
	require.Equal(t, []string{"delete", "kubernetes:core/v1:Service", "gone", "[spec]", "update", "kubernetes:core/v1:Service", "other",
		"[spec]"}, strings.Fields(out))
}

func TestFaultsNameTheirResourceOnce(t *testing.T) {
	fault := apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", URN: "urn:pulumi:s::p::t::vpc",
		Message: "<{%reset%}>refused<{%reset%}>\n"}}
	summary := apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "error", Message: "update failed"}}
	p, out := feed(false, fault, fault, summary)
	require.Equal(t, []string{"vpc: refused"}, p.Faults)
	require.Equal(t, "  error: vpc: refused\n", out)
}

func TestPassingWarningsAreShownOncePerText(t *testing.T) {
	passing := func(name, text string) apitype.EngineEvent {
		return apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "warning", Ephemeral: true, URN: "urn:pulumi:s::p::t::" +
			name, Message: text}}
	}
	p, out := feed(false, passing("a", "not ready yet"), passing("a", "<{%reset%}>not ready yet\n"), passing("b", "not ready yet"),
		passing("a", "exited with 1"), passing("a", "not ready yet"))
	require.Equal(t, "  warning: a: not ready yet\n  warning: b: not ready yet\n  warning: a: exited with 1\n", out)
	require.Empty(t, p.Faults)
}

func TestWarningsOfWhatIsExpectedHere(t *testing.T) {
	const ingress = `No matching service found for ingress rule: "api.localhost/v1/models/churn:predict" -> `
	require.True(t, expected(ingress+`"churn-testers"`))
	require.True(t, expected(ingress+`"churn-split"`))
	require.False(t, expected(ingress+`"churn"`))
	require.True(t, expected("[Pod churn]: FailedGetResourceMetric: unable to get resource metric cpu"))

	var out strings.Builder
	p := &Progress{Out: &out, begun: map[string]time.Time{}, passing: map[string]bool{}, early: map[string]string{}}
	begun := step(apitype.OpCreate, "kubernetes:apps/v1:Deployment", "churn-deployment")[0]
	p.show(events.EngineEvent{EngineEvent: begun})
	p.heard = time.Now()
	urn := begun.ResourcePreEvent.Metadata.URN
	warning := apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "warning", Ephemeral: true, URN: urn,
		Message: "[MinimumReplicasUnavailable] Deployment does not have minimum availability."}}
	p.show(events.EngineEvent{EngineEvent: warning})
	p.waiting()
	require.Empty(t, out.String(), "pods have just been asked for")
	p.begun[urn] = time.Now().Add(-silence)
	p.waiting()
	p.show(events.EngineEvent{EngineEvent: warning})
	require.Equal(t, "  warning: churn-deployment: [MinimumReplicasUnavailable] Deployment does not have minimum availability.\n",
		out.String())
}

// TestNothingStaysOfWhatAnOutlineTells but notes of components, on a terminal and elsewhere.
func TestNothingStaysOfWhatAnOutlineTells(t *testing.T) {
	said := func(severity string) apitype.EngineEvent {
		return apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: severity, Message: severity + " told",
			URN: "urn:pulumi:s::p::modelway:platform:Platform$t::r"}}
	}
	for _, live := range []bool{false, true} {
		var out strings.Builder
		p := &Progress{Out: &out, Terminal: of(live), Outlined: true, begun: map[string]time.Time{}, passing: map[string]bool{}}
		for _, event := range append(step(apitype.OpCreate, "kubernetes:apps/v1:Deployment", "churn-deployment"), said("warning"), said("error"),
			said("info"), violation(apitype.Mandatory, "image-tag", "Images are pinned\nchurn: no\nFix: pin it.")) {
			p.show(events.EngineEvent{EngineEvent: event})
		}
		require.Contains(t, out.String(), "info: r: info told\n")
		require.Equal(t, 1, strings.Count(out.String(), "told"), out.String())
		require.NotContains(t, out.String(), "image-tag")
		require.Equal(t, []string{"image-tag"}, p.Broken)
	}
}

// TestTheTreeFillsIn shows a line for each component, on as many lines as the terminal has.
func TestTheTreeFillsIn(t *testing.T) {
	p := &Progress{Out: io.Discard, Terminal: of(true), begun: map[string]time.Time{}}
	for i := range 40 {
		token := fmt.Sprintf("modelway:platform:Platform$modelway:part%d:Part$aws:ec2/vpc:Vpc", i)
		all := step(apitype.OpCreate, token, "v")
		p.show(events.EngineEvent{EngineEvent: all[0]})
		if i > 0 {
			p.show(events.EngineEvent{EngineEvent: all[1]})
		}
		if i == 1 {
			lines := p.tree(p.started)
			require.Equal(t, []string{"  part0  0 done, 1 under way", "  part1  1 done", "    0s  1 done, 1 under way  v"}, lines)
		}
	}
	require.Equal(t, []string{"  part0  0 done, 1 under way", "    0s  39 done, 1 under way  v"}, p.tree(p.started), "what is done makes room")
	p.Terminal.Width = 20
	for _, line := range p.tree(p.started) {
		require.Less(t, len(line), 20)
	}
}

func TestOthersWarnWhileTheEngineWorks(t *testing.T) {
	var out strings.Builder
	p := &Progress{Out: &out}
	ch := make(chan events.EngineEvent)
	done := p.watch(ch, nil)
	const token = "kubernetes:apps/v1:Deployment"
	require.Zero(t, p.UnderWay(token, "churn-deployment"))
	ch <- events.EngineEvent{EngineEvent: step(apitype.OpCreate, token, "churn-deployment")[0]}
	p.Warn("Ingress churn: FailedListen")
	p.Warn("Ingress churn: FailedListen")
	require.Eventually(t, func() bool { return p.UnderWay(token, "churn-deployment") > 0 }, time.Minute, time.Millisecond)
	require.Zero(t, p.UnderWay(token, "deployment"))
	require.Zero(t, p.UnderWay("apps/v1:Deployment", "churn-deployment"))
	close(ch)
	<-done
	require.Equal(t, "  warning: Ingress churn: FailedListen\n", out.String())
}

func TestNotesOfComponentsAreShown(t *testing.T) {
	note := func(urn string) apitype.EngineEvent {
		return apitype.EngineEvent{DiagnosticEvent: &apitype.DiagnosticEvent{Severity: "info", URN: urn, Message: "coredns is pinned"}}
	}
	_, out := feed(false, note("urn:pulumi:s::p::modelway:platform:Platform$modelway:addons:Addons::late"),
		note("urn:pulumi:s::p::kubernetes:core/v1:Pod::p"))
	require.Equal(t, "  info: late: coredns is pinned\n", out)
}

func TestATerminalIsLeftAsItWas(t *testing.T) {
	_, out := feed(true, step(apitype.OpCreate, "aws:ec2/vpc:Vpc", "v")...)
	require.Contains(t, out, "0 done, 1 under way  v")
	require.True(t, strings.HasSuffix(out, "\r\x1b[1A\x1b[J"), "both lines are taken back at the end: %q", out)
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

func TestSilenceIsBroken(t *testing.T) {
	var out strings.Builder
	p := &Progress{Out: &out, begun: map[string]time.Time{}}
	p.show(events.EngineEvent{EngineEvent: step(apitype.OpCreate, "kubernetes:apps/v1:Deployment", "churn-deployment")[0]})
	p.heard = time.Now()
	p.waiting()
	require.Empty(t, out.String(), "something has just happened")
	p.heard = time.Now().Add(-silence)
	p.waiting()
	require.Equal(t, "  waiting for churn-deployment, 0 s so far\n", out.String())
	p.waiting()
	require.Equal(t, 1, strings.Count(out.String(), "\n"), "once for each silence")
}
