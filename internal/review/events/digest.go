package events

import (
	"encoding/json"
	"fmt"
)

// digest is display.PreviewDigest, as far as it is read here
// (https://github.com/pulumi/pulumi/blob/v3.258.0/pkg/display/json.go).
type digest struct {
	Steps []struct {
		Op             string                `json:"op"`
		URN            string                `json:"urn"`
		OldState       *state                `json:"oldState"`
		NewState       *state                `json:"newState"`
		DiffReasons    []string              `json:"diffReasons"`
		ReplaceReasons []string              `json:"replaceReasons"`
		DetailedDiff   map[string]propertyOf `json:"detailedDiff"`
	} `json:"steps"`
	Diagnostics   []diagnostic   `json:"diagnostics"`
	ChangeSummary map[string]int `json:"changeSummary"`
}

func readDigest(name string, data []byte) (Preview, error) {
	var d digest
	if err := json.Unmarshal(data, &d); err != nil {
		return Preview{}, fmt.Errorf("%s:%d is not the digest of a preview (%w): the file is cut or has the output of another program in it; %s",
			name, lineOf(data, err, json.NewDecoder(nil)), err, how)
	}
	f := folder{}
	var p Preview
	for _, s := range d.Steps {
		typ := ""
		for _, side := range []*state{s.NewState, s.OldState} {
			if side != nil && typ == "" {
				typ = side.Type
			}
		}
		f.add(rawStep{op: s.Op, urn: s.URN, typ: typ, old: s.OldState, new: s.NewState, keys: s.ReplaceReasons, diffs: s.DiffReasons, detailed: s.DetailedDiff})
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
