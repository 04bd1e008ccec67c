package strict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// UnknownKeys finds top-level keys of Namespace that do not exist, and keys of a namespace that looks like it. given is
// what is read of the others.
func (s Stack) UnknownKeys(source Source, given Document) []Fault {
	keys, known := source.Keys()
	if !known {
		return nil
	}
	faults := []Fault{}
	for _, key := range keys {
		namespace, name, _ := strings.Cut(key, ":")
		if namespace != Namespace {
			if EditDistance(strings.ToLower(namespace), Namespace) <= 2 {
				faults = append(faults, s.wrongNamespace(key, name, slices.Contains(keys, FullKey(name))))
			}
			continue
		}
		if slices.Contains(s.Schema.Names(), name) {
			continue
		}
		var value any = Absent{}
		if text, ok := source.Get(name); ok {
			value = text
			if parsed, err := ParseJSON(text); err == nil {
				value = parsed
			}
		}
		if fault, found := s.setWithoutPath(name, value); found {
			faults = append(faults, fault)
		} else {
			faults = append(faults, s.unknownKey(Path{name}, value, given))
		}
	}
	return faults
}

// setWithoutPath makes the fault of a key such as network.cidr, which is what `pulumi config set` makes of a path without --path.
func (s Stack) setWithoutPath(name string, value any) (Fault, bool) {
	at := Path{}
	for step := range strings.SplitSeq(name, ".") {
		at = at.At(step)
	}
	node := s.Schema.At(at)
	if len(at) < 2 || node == nil || node.Type == "object" || node.Type == "array" {
		return Fault{}, false
	}
	fault := NewFault(Path{name}, value, Fault{
		Problem: fmt.Sprintf("unknown key; %s is a value below %s, which is set with --path", at, at[0]),
		Allowed: strings.Join(s.Schema.Names(), ", "),
		Fix:     Steps(s.Remove(Path{name}), s.Set(at, value)),
	})
	fault.unknown = true
	return fault.AlsoReads(at), true
}

// wrongNamespace makes the fault of a key that Pulumi takes but nobody reads.
func (s Stack) wrongNamespace(key, name string, taken bool) Fault {
	fault := NewFault(Path{key}, Absent{}, Fault{
		Problem: "nothing reads this namespace; did you mean " + strconv.Quote(FullKey(name)) + "?",
		Allowed: "keys of the namespace " + Namespace,
		Fix:     s.Edit(fmt.Sprintf("rename %s to %s", key, FullKey(name))),
	})
	fault.unknown = true
	if taken {
		fault.Fix = Remark(fmt.Sprintf("pulumi config rm --stack %s %s", s.Name, key), FullKey(name)+" is given as well")
		return fault
	}
	return fault.AlsoReads(Path{name})
}

// unknownKey makes the fault of a key that does not exist.
func (s Stack) unknownKey(at Path, value any, given Document) Fault {
	names, name := s.Schema.At(at[:len(at)-1]).Names(), fmt.Sprint(at[len(at)-1])
	fault := Fault{Problem: "unknown key", Allowed: strings.Join(names, ", "), Fix: s.Remove(at)}
	fault.unknown = true
	meant, found := Suggest(name, names)
	if !found {
		return NewFault(at, value, fault)
	}
	fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
	if right := at[:len(at)-1].At(meant); s.taken(right, given) {
		fault.Fix = Remark(fault.Fix, meant+" is given as well")
	} else {
		fault.Fix = s.Edit(fmt.Sprintf("rename %s to %s", name, meant))
		fault = fault.AlsoReads(right)
	}
	return NewFault(at, value, fault)
}

// taken reports whether the stack itself gives the value. Pulumi puts the project's default in place of a top-level key
// that it does not give.
func (s Stack) taken(at Path, given Document) bool {
	if len(at) > 1 {
		_, found := given.Get(at)
		return found
	}
	if keys := s.Lines.Keys(); keys != nil {
		return slices.Contains(keys, at.Key())
	}
	return given.says(at, s.Defaults)
}
