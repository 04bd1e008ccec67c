package events

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/resource"
)

// Log is the events of one run of the engine.
type Log []apitype.EngineEvent

// ParseLog reads an event log: a JSON object a line. Lines that are no event are left out, since whatever a provider prints may come
// between.
func ParseLog(text []byte) Log {
	var log Log
	for line := range bytes.Lines(text) {
		var e apitype.EngineEvent
		if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &e) == nil {
			log = append(log, e)
		}
	}
	return log
}

// Change is one thing that was, or would be, done to a resource.
type Change struct {
	// Op is the engine's word: create, update, replace, delete, ...
	Op string
	// URN identifies the resource, and Type is its type token.
	URN, Type string
	// Keys are the properties that force a replacement.
	Keys []string
	// Diffs are the properties that differ, and the paths in them, sorted.
	Diffs []string
}

// ChangeOf is the change of a step.
func ChangeOf(m apitype.StepEventMetadata) Change {
	return Change{Op: string(m.Op), URN: m.URN, Type: m.Type, Keys: m.Keys, Diffs: unique(append(sortedKeys(m.DetailedDiff), m.Diffs...))}
}

// Name is the logical name of the resource.
func (c Change) Name() string { return resource.NameOf(c.URN) }

// Changes are what was done, in order, without failures. Steps that belong to a replacement count once, as replace.
func (l Log) Changes() []Change {
	var changes []Change
	for _, e := range l {
		if e.ResOutputsEvent == nil {
			continue
		}
		if op := Operation(e.ResOutputsEvent.Metadata.Op); op.Changes() && string(op) == string(e.ResOutputsEvent.Metadata.Op) {
			changes = append(changes, ChangeOf(e.ResOutputsEvent.Metadata))
		}
	}
	return changes
}

// HasChanges says whether a deployment would do anything. New stack outputs alone count too: the next run reads them.
func (l Log) HasChanges() bool {
	return len(l.Changes()) > 0 || slices.ContainsFunc(l, func(e apitype.EngineEvent) bool {
		done := e.ResOutputsEvent
		return done != nil && done.Metadata.Type == stackType && !reflect.DeepEqual(outputs(done.Metadata.Old), outputs(done.Metadata.New))
	})
}

// Failures are the operations that failed, in order.
func (l Log) Failures() []Change {
	var failures []Change
	for _, e := range l {
		if e.ResOpFailedEvent != nil {
			failures = append(failures, ChangeOf(e.ResOpFailedEvent.Metadata))
		}
	}
	return failures
}

// Errors are the messages of errors, a line or more each, after the resource that each is about.
func (l Log) Errors() string {
	var text strings.Builder
	for _, e := range l {
		if e.DiagnosticEvent != nil && e.DiagnosticEvent.Severity == "error" {
			about, said := Said(*e.DiagnosticEvent)
			if refusal, ofProgram := Refusal(said); ofProgram {
				about, said = "", refusal
			}
			if said != "" {
				text.WriteString(about + said + "\n")
			}
		}
	}
	return text.String()
}

// Refused says whether policies are all that a preview ended with a fault for.
func (l Log) Refused() bool {
	return l.Errors() == "" && len(l.Failures()) == 0 && slices.ContainsFunc(l, func(e apitype.EngineEvent) bool {
		return e.PolicyEvent != nil && e.PolicyEvent.EnforcementLevel == string(apitype.Mandatory)
	})
}

// Corrupt says whether the engine doubts that it saved all it did.
func (l Log) Corrupt() bool {
	return slices.ContainsFunc(l, func(e apitype.EngineEvent) bool { return e.SummaryEvent != nil && e.SummaryEvent.MaybeCorrupt })
}
