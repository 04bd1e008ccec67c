package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// event is apitype.EngineEvent, as far as it is read here.
type event struct {
	Diagnostic *diagnostic `json:"diagnosticEvent"`
	Pre        *stepEvent  `json:"resourcePreEvent"`
	Outputs    *stepEvent  `json:"resOutputsEvent"`
	OpFailed   *stepEvent  `json:"resOpFailedEvent"`
	Policy     *struct {
		ResourceURN      string `json:"resourceUrn"`
		Message          string `json:"message"`
		PolicyName       string `json:"policyName"`
		PolicyPackName   string `json:"policyPackName"`
		EnforcementLevel string `json:"enforcementLevel"`
	} `json:"policyEvent"`
	Summary *struct {
		ResourceChanges map[string]int `json:"resourceChanges"`
		IsPreview       *bool          `json:"isPreview"`
		Result          string         `json:"result"`
		PolicyPacks     map[string]any `json:"PolicyPacks"`
	} `json:"summaryEvent"`
	Error *struct {
		Error string `json:"error"`
	} `json:"errorEvent"`
}

type stepEvent struct {
	Metadata struct {
		Op           string                `json:"op"`
		URN          string                `json:"urn"`
		Type         string                `json:"type"`
		Old          *state                `json:"old"`
		New          *state                `json:"new"`
		Keys         []string              `json:"keys"`
		Diffs        []string              `json:"diffs"`
		DetailedDiff map[string]propertyOf `json:"detailedDiff"`
	} `json:"metadata"`
}

// propertyOf is the kind of a property's difference: diffKind in the event log, kind in the digest.
type propertyOf struct {
	DiffKind string `json:"diffKind"`
	Kind     string `json:"kind"`
}

func (e *stepEvent) step() rawStep {
	m := e.Metadata
	return rawStep{op: m.Op, urn: m.URN, typ: m.Type, old: m.Old, new: m.New, keys: m.Keys, diffs: m.Diffs, detailed: m.DetailedDiff}
}

func readEvents(name string, data []byte) (Preview, error) {
	f := folder{}
	p := Preview{PoliciesTold: true}
	var ended bool
	refused := true // by policies, and by nothing else
	var counts map[string]int
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return Preview{}, fmt.Errorf("%s:%d is not an event of the engine (%w): the file is cut or has the output of another program in it; %s", name, number, err, how)
		}
		switch {
		case e.Diagnostic != nil:
			p.say(*e.Diagnostic)
		case e.Pre != nil:
			f.add(e.Pre.step())
		case e.Outputs != nil:
			f.outputs(e.Outputs.step())
		case e.OpFailed != nil:
			p.Failed, refused = true, false
		case e.Policy != nil:
			p.Policies = append(p.Policies, Violation{
				Policy: e.Policy.PolicyName, Pack: e.Policy.PolicyPackName, Level: level(e.Policy.EnforcementLevel), URN: e.Policy.ResourceURN, Message: clean(e.Policy.Message),
			})
		case e.Error != nil:
			p.say(diagnostic{Severity: "error", Message: e.Error.Error})
		case e.Summary != nil:
			if e.Summary.IsPreview != nil && !*e.Summary.IsPreview {
				return Preview{}, fmt.Errorf("%s:%d tells of an update that was carried out, not of a preview; %s", name, number, how)
			}
			ended, counts = true, e.Summary.ResourceChanges
			p.PolicyPacks = packs(sortedKeys(e.Summary.PolicyPacks))
			if e.Summary.Result != "" && e.Summary.Result != "succeeded" {
				p.Failed = true
			}
		}
	}
	if !ended {
		p.Failed = true
		p.Errors = append(p.Errors, fmt.Sprintf("%s ends before the engine's summary: the preview was interrupted, or the file is cut; run the preview again", name))
	}
	if refused && len(p.Errors) == 0 && slices.ContainsFunc(p.Policies, func(v Violation) bool { return v.Level == "mandatory" }) {
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
func (p *Preview) finish(f folder, counts map[string]int) {
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
	p.CompleteBefore = !p.Failed && seen >= counts["same"]
	p.CompleteAfter = p.CompleteBefore
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
