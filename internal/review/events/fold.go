package events

import (
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// folder collects the steps of each resource, as the engine has them. A replacement is several.
type folder struct {
	urns  []string
	steps map[string][]apitype.StepEventMetadata
}

func (f *folder) add(s apitype.StepEventMetadata) {
	if s.URN == "" {
		return
	}
	if f.steps == nil {
		f.steps = map[string][]apitype.StepEventMetadata{}
	}
	if _, known := f.steps[s.URN]; !known {
		f.urns = append(f.urns, s.URN)
	}
	f.steps[s.URN] = append(f.steps[s.URN], s)
}

// outputs takes the last word on a step: the outputs of the stack come with its end.
func (f *folder) outputs(s apitype.StepEventMetadata) {
	known := f.steps[s.URN]
	for i := range slices.Backward(known) {
		if known[i].Op == s.Op {
			if s.New != nil {
				known[i].New = s.New
			}
			return
		}
	}
	f.add(s)
}

// result gives the preview its steps, one a resource.
func (f *folder) result(p *Preview) {
	for _, urn := range f.urns {
		raw := f.steps[urn]
		stays := slices.DeleteFunc(slices.Clone(raw), func(s apitype.StepEventMetadata) bool { return s.Op == apitype.OpDeleteReplaced })
		replaces := slices.ContainsFunc(stays, func(s apitype.StepEventMetadata) bool { return Operation(s.Op) == OpReplace })
		if 0 < len(stays) && len(stays) < len(raw) && !replaces {
			p.Leftovers = append(p.Leftovers, urn)
			raw = stays
		}
		p.Steps = append(p.Steps, fold(raw))
		if raw[0].Type == stackType {
			p.OldOutputs, p.NewOutputs = outputs(raw[0].Old), outputs(raw[0].New)
		}
		if parts := strings.Split(urn, ":"); p.Stack == "" && len(parts) > 2 {
			p.Stack = parts[2]
		}
	}
}

// stackType is the type of the stack itself.
const stackType = "pulumi:pulumi:Stack"

// fold makes one step of those of a resource, which are several where it is replaced.
func fold(raw []apitype.StepEventMetadata) Step {
	s := Step{URN: raw[0].URN}
	for _, r := range raw {
		s.Op = together(s.Op, Operation(r.Op))
		if s.Type == "" {
			s.Type = r.Type
		}
		if s.Old == nil {
			s.Old = resourceOf(r, r.Old)
		}
		if r.New != nil {
			s.New = resourceOf(r, r.New)
		}
		s.Keys = append(s.Keys, r.Keys...)
		if len(r.DetailedDiff) == 0 {
			s.Diffs = append(s.Diffs, r.Diffs...)
		}
		for _, path := range sortedKeys(r.DetailedDiff) {
			s.Diffs = append(s.Diffs, path)
			if strings.HasSuffix(string(r.DetailedDiff[path].Kind), "-replace") {
				s.Keys = append(s.Keys, path)
			}
		}
	}
	switch s.Op {
	case OpReplace:
		if s.New == nil { // nothing comes in its place
			s.Op = OpDelete
		}
	case OpCreate, OpImport:
		s.Old = nil
	case OpUpdate:
		if len(s.Diffs) == 0 { // a component, whose difference no provider tells
			s.Diffs = differ(s)
		}
	}
	if s.Op == OpDelete {
		s.New = nil
	}
	s.Keys, s.Diffs = unique(s.Keys), unique(s.Diffs)
	return s
}

// Operation is what a step of the engine is part of.
func Operation(op apitype.OpType) Op {
	switch op {
	case apitype.OpCreateReplacement, apitype.OpReplace, apitype.OpDeleteReplaced, apitype.OpImportReplacement, apitype.OpRemovePendingReplace:
		return OpReplace
	case apitype.OpRead, apitype.OpReadReplacement, apitype.OpReadDiscard, apitype.OpDiscardReplaced:
		return OpRead
	case apitype.OpRefresh, "":
		return OpSame
	}
	return Op(op)
}

// together is what two steps of one resource are: the one that says more.
func together(a, b Op) Op {
	order := []Op{"", OpSame, OpRead, OpUpdate, OpImport, OpCreate, OpDelete, OpReplace}
	if (a == OpDelete && b == OpCreate) || (a == OpCreate && b == OpDelete) {
		return OpReplace
	}
	if known := slices.Index(order, b); known >= 0 && slices.Index(order, a) > known {
		return a
	}
	return b
}

func differ(s Step) []string {
	if s.Old == nil || s.New == nil {
		return nil
	}
	var keys []string
	for _, key := range sortedKeys(s.Old.Properties) {
		if !reflect.DeepEqual(s.Old.Properties[key], s.New.Properties[key]) {
			keys = append(keys, key)
		}
	}
	for _, key := range sortedKeys(s.New.Properties) {
		if _, had := s.Old.Properties[key]; !had {
			keys = append(keys, key)
		}
	}
	return keys
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
