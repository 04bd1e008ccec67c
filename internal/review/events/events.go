package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/strict"
)

func readEvents(name string, data []byte) (Preview, error) {
	f := folder{}
	p := Preview{PoliciesTold: true}
	var ended bool
	refused := true // by policies, and by nothing else
	var counts map[apitype.OpType]int
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return Preview{}, fmt.Errorf("%s:%d is not an event of the engine (%w): the file is cut or has the output of another program in it; %s",
				name, number, strict.JSON(err), how)
		}
		switch {
		case e.Unseen != "":
			p.Unseen = append(p.Unseen, e.Unseen)
		case e.DiagnosticEvent != nil:
			p.say(*e.DiagnosticEvent)
		case e.ResourcePreEvent != nil:
			f.add(e.ResourcePreEvent.Metadata)
		case e.ResOutputsEvent != nil:
			f.outputs(e.ResOutputsEvent.Metadata)
		case e.ResOpFailedEvent != nil:
			p.Failed, refused = true, false
		case e.PolicyEvent != nil:
			v := e.PolicyEvent
			p.Policies = append(p.Policies, Violation{
				Policy: v.PolicyName, Pack: v.PolicyPackName, Level: level(v.EnforcementLevel), URN: v.ResourceURN, Message: Plain(v.Message),
			})
		case e.ErrorEvent != nil:
			p.say(apitype.DiagnosticEvent{Severity: "error", Message: e.ErrorEvent.Error})
		case e.SummaryEvent != nil:
			if !e.SummaryEvent.IsPreview {
				return Preview{}, fmt.Errorf("%s:%d tells of an update that was carried out, not of a preview; %s", name, number, how)
			}
			ended, counts = true, e.SummaryEvent.ResourceChanges
			p.PolicyPacks = packs(sortedKeys(e.SummaryEvent.PolicyPacks))
			if e.SummaryEvent.Result != "" && e.SummaryEvent.Result != "succeeded" {
				p.Failed = true
			}
		}
	}
	if !ended {
		p.Failed = true
		p.Errors = append(p.Errors, fmt.Sprintf("%s ends before the engine's summary: the preview was interrupted, or the file is cut; run the "+
			"preview again", name))
	}
	if refused && len(p.Errors) == 0 && slices.ContainsFunc(p.Policies,
		func(v Violation) bool { return v.Level == string(apitype.Mandatory) }) {
		p.Failed = false // a preview goes on to its end, and its result is what policies think of it
	}
	p.finish(f, counts)
	return p, nil
}

// packs are the names in what the engine says of packs, which is name|stack|folder for one in a folder.
func packs(told []string) []string {
	names := make([]string, len(told))
	for i, text := range told {
		names[i], _, _ = strings.Cut(text, "|")
	}
	return slices.Compact(names)
}

// level is the enforcement level as policy packs name it.
func level(told string) string {
	if told == "warning" {
		return "advisory"
	}
	return told
}

// finish takes the steps over. They are complete where they are as many as the engine counted, which
// leaves out default providers.
func (p *Preview) finish(f folder, counts map[apitype.OpType]int) {
	f.result(p)
	if len(p.Errors) > 0 {
		p.Failed = true
	}
	if p.Failed && len(p.Errors) == 0 {
		p.Errors = []string{"the preview failed and does not say why"}
	}
	seen := 0
	for _, s := range p.Steps {
		if s.Op == OpSame && !s.DefaultProvider() {
			seen++
		}
	}
	p.CompleteBefore = !p.Failed && seen >= counts[apitype.OpSame]
	p.CompleteAfter = p.CompleteBefore
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
