package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
)

// event is a line of the engine's event log, as far as it is needed here
// (https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#EngineEvent).
type event struct {
	Done   *operation `json:"resOutputsEvent"`
	Failed *operation `json:"resOpFailedEvent"`
	Said   *struct {
		URN      string `json:"urn"`
		Message  string `json:"message"`
		Severity string `json:"severity"`
	} `json:"diagnosticEvent"`
	Policy *struct {
		Level string `json:"enforcementLevel"`
	} `json:"policyEvent"`
	Summary *struct {
		MaybeCorrupt bool   `json:"maybeCorrupt"`
		Result       string `json:"result"`
	} `json:"summaryEvent"`
}

type operation struct {
	Metadata struct {
		Op    string   `json:"op"`
		URN   string   `json:"urn"`
		Type  string   `json:"type"`
		Diffs []string `json:"diffs"`
		Old   *state   `json:"old"`
		New   *state   `json:"new"`
		// DetailedDiff has the paths that differ as its keys.
		DetailedDiff map[string]any `json:"detailedDiff"`
	} `json:"metadata"`
}

type state struct {
	Outputs map[string]any `json:"outputs"`
}

// Events are the events of one run of the engine.
type Events struct{ all []event }

// ParseEvents reads an event log: a JSON object a line. Lines that are no JSON object are left out, since whatever a provider prints may
// come between.
func ParseEvents(log []byte) Events {
	var events Events
	for line := range bytes.Lines(log) {
		var e event
		if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &e) == nil {
			events.all = append(events.all, e)
		}
	}
	return events
}

// Change is one thing that was, or would be, done to a resource.
type Change struct {
	Op, Type, Name, URN string
	// Paths are the properties that differ, sorted.
	Paths []string
}

const stackType = "pulumi:pulumi:Stack"

// unchanged are operations that leave a resource as it is.
var unchanged = []string{"same", "read", "refresh"}

// Changes are what was done, in order, without failures. Steps that belong to a replacement count once, as replace.
func (e Events) Changes() []Change {
	var changes []Change
	for _, event := range e.all {
		if event.Done == nil || slices.Contains(unchanged, event.Done.Metadata.Op) || partOfReplacement(event.Done.Metadata.Op) {
			continue
		}
		changes = append(changes, changeOf(event.Done))
	}
	return changes
}

// partOfReplacement is for the steps beside replace that a replacement consists of
// (https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#OpType).
func partOfReplacement(op string) bool {
	return op == "create-replacement" || op == "delete-replaced" || op == "discard-replaced" || op == "read-discard"
}

func changeOf(done *operation) Change {
	m := done.Metadata
	paths := slices.Clone(m.Diffs)
	for path := range m.DetailedDiff {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return Change{Op: m.Op, Type: m.Type, Name: nameOf(m.URN), URN: m.URN, Paths: slices.Compact(paths)}
}

func nameOf(urn string) string {
	parts := strings.Split(urn, "::")
	return parts[len(parts)-1]
}

// HasChanges says whether a deployment would do anything. New stack outputs alone count too: the next run reads them.
func (e Events) HasChanges() bool {
	return len(e.Changes()) > 0 || slices.ContainsFunc(e.all, func(event event) bool {
		return event.Done != nil && event.Done.Metadata.Type == stackType && !reflect.DeepEqual(outputs(event.Done.Metadata.Old), outputs(event.Done.Metadata.New))
	})
}

func outputs(s *state) map[string]any {
	if s == nil || len(s.Outputs) == 0 {
		return nil
	}
	return s.Outputs
}

// Failures are the operations that failed, in order.
func (e Events) Failures() []Change {
	var failures []Change
	for _, event := range e.all {
		if event.Failed != nil {
			failures = append(failures, changeOf(event.Failed))
		}
	}
	return failures
}

// Errors are the messages of errors, each after the resource that it is about.
func (e Events) Errors() string {
	var text strings.Builder
	for _, event := range e.all {
		if event.Said == nil || event.Said.Severity != "error" {
			continue
		}
		if event.Said.URN != "" {
			fmt.Fprintf(&text, "%s: ", nameOf(event.Said.URN))
		}
		fmt.Fprintln(&text, strings.TrimSpace(events.Plain(event.Said.Message)))
	}
	return text.String()
}

// Refused says whether policies are all that a preview ended with a fault for.
func (e Events) Refused() bool {
	return e.Errors() == "" && len(e.Failures()) == 0 && slices.ContainsFunc(e.all, func(event event) bool {
		return event.Policy != nil && event.Policy.Level == "mandatory"
	})
}

// Corrupt says whether the engine doubts that it saved all it did.
func (e Events) Corrupt() bool {
	return slices.ContainsFunc(e.all, func(event event) bool { return event.Summary != nil && event.Summary.MaybeCorrupt })
}
