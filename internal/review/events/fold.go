package events

import (
	"reflect"
	"slices"
	"strings"
)

// rawStep is a step as the engine has it. A replacement is several.
type rawStep struct {
	op, urn, typ string
	old, new     *state
	keys, diffs  []string
	detailed     map[string]propertyOf
}

// folder collects the steps of each resource.
type folder struct {
	urns  []string
	steps map[string][]rawStep
}

func (f *folder) add(s rawStep) {
	if s.urn == "" {
		return
	}
	if f.steps == nil {
		f.steps = map[string][]rawStep{}
	}
	if _, known := f.steps[s.urn]; !known {
		f.urns = append(f.urns, s.urn)
	}
	f.steps[s.urn] = append(f.steps[s.urn], s)
}

// outputs takes the last word on a step: the outputs of the stack come with its end.
func (f *folder) outputs(s rawStep) {
	known := f.steps[s.urn]
	for i := range slices.Backward(known) {
		if known[i].op == s.op {
			if s.new != nil {
				known[i].new = s.new
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
		if stays := slices.DeleteFunc(slices.Clone(raw), func(s rawStep) bool { return s.op == "delete-replaced" }); len(stays) < len(raw) &&
			!slices.ContainsFunc(stays, func(s rawStep) bool { return operation(s.op) == OpReplace }) && len(stays) > 0 {
			p.Leftovers = append(p.Leftovers, urn)
			raw = stays
		}
		p.Steps = append(p.Steps, fold(raw))
		if raw[0].typ == stackType {
			p.OldOutputs, p.NewOutputs = raw[0].old.outputs(), raw[0].new.outputs()
		}
		if parts := strings.Split(urn, ":"); p.Stack == "" && len(parts) > 2 {
			p.Stack = parts[2]
		}
	}
}

// stackType is the type of the stack itself.
const stackType = "pulumi:pulumi:Stack"

// fold makes one step of those of a resource, which are several where it is replaced.
func fold(raw []rawStep) Step {
	s := Step{URN: raw[0].urn}
	for _, r := range raw {
		s.Op = together(s.Op, operation(r.op))
		if s.Type == "" {
			s.Type = r.typ
		}
		if s.Old == nil {
			s.Old = r.old.resource(r.urn, r.typ)
		}
		if r.new != nil {
			s.New = r.new.resource(r.urn, r.typ)
		}
		s.Keys = append(s.Keys, r.keys...)
		if len(r.detailed) == 0 {
			s.Diffs = append(s.Diffs, r.diffs...)
		}
		for _, path := range sortedKeys(r.detailed) {
			s.Diffs = append(s.Diffs, path)
			if kind := r.detailed[path]; strings.HasSuffix(kind.DiffKind+kind.Kind, "-replace") {
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

// operation is what a step of the engine is part of
// (https://github.com/pulumi/pulumi/blob/v3.258.0/sdk/go/common/apitype/history.go).
func operation(op string) Op {
	switch op {
	case "create-replacement", "replace", "delete-replaced", "import-replacement", "remove-pending-replace":
		return OpReplace
	case "read", "read-replacement", "discard", "discard-replaced":
		return OpRead
	case "refresh", "":
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
