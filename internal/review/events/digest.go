package events

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/modelway/modelway/internal/strict"
)

// digest is display.PreviewDigest, as far as it is read here
// (https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/display/json.go). The SDK has no type for it; a state has the form of the event
// log's.
type digest struct {
	Steps []struct {
		Op             apitype.OpType                  `json:"op"`
		URN            string                          `json:"urn"`
		OldState       *apitype.StepEventStateMetadata `json:"oldState"`
		NewState       *apitype.StepEventStateMetadata `json:"newState"`
		DiffReasons    []string                        `json:"diffReasons"`
		ReplaceReasons []string                        `json:"replaceReasons"`
		DetailedDiff   map[string]struct {
			Kind apitype.DiffKind `json:"kind"`
		} `json:"detailedDiff"`
	} `json:"steps"`
	Diagnostics   []apitype.DiagnosticEvent `json:"diagnostics"`
	ChangeSummary map[apitype.OpType]int    `json:"changeSummary"`
}

func readDigest(name string, data []byte) (Preview, error) {
	var d digest
	if err := json.Unmarshal(data, &d); err != nil {
		return Preview{}, fmt.Errorf("%s:%d is not the digest of a preview (%w): the file is cut or has the output of another program in it; %s",
			name, lineOf(data, err, json.NewDecoder(nil)), strict.JSON(err), how)
	}
	f := folder{}
	var p Preview
	for _, s := range d.Steps {
		m := apitype.StepEventMetadata{
			Op: s.Op, URN: s.URN, Old: s.OldState, New: s.NewState, Keys: s.ReplaceReasons, Diffs: s.DiffReasons,
			DetailedDiff: map[string]apitype.PropertyDiff{},
		}
		for _, side := range []*apitype.StepEventStateMetadata{s.NewState, s.OldState} {
			if side != nil && m.Type == "" {
				m.Type = side.Type
			}
		}
		for path, diff := range s.DetailedDiff {
			m.DetailedDiff[path] = apitype.PropertyDiff{Kind: diff.Kind}
		}
		f.add(m)
	}
	for _, said := range d.Diagnostics {
		p.say(said)
	}
	if d.ChangeSummary == nil {
		p.Failed = true
		p.Errors = append(p.Errors, fmt.Sprintf("%s has no changeSummary: the preview was interrupted; run it again", name))
	}
	p.finish(f, d.ChangeSummary)
	return p, nil
}
