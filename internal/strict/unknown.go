package strict

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// UnknownKeys finds top-level keys of Namespace that do not exist, and keys of a namespace that looks like it.
func (s Stack) UnknownKeys(source Source) []Fault {
	keys, known := source.Keys()
	if !known {
		return nil
	}
	faults, names := []Fault{}, s.Schema.Names()
	for _, key := range keys {
		namespace, name, _ := strings.Cut(key, ":")
		if namespace != Namespace {
			if EditDistance(strings.ToLower(namespace), Namespace) <= 2 {
				faults = append(faults, s.wrongNamespace(key, name))
			}
			continue
		}
		if slices.Contains(names, name) {
			continue
		}
		var value any = Absent{}
		if text, ok := source.Get(name); ok {
			value = text
			if parsed, err := ParseJSON(text); err == nil {
				value = parsed
			}
		}
		taken := func(other string) bool { _, given := source.Get(other); return given }
		faults = append(faults, s.unknownKey(Path{name}, value, names, taken))
	}
	return faults
}

// wrongNamespace makes the fault of a key that Pulumi takes but nobody reads.
func (s Stack) wrongNamespace(key, name string) Fault {
	fault := NewFault(Path{key}, Absent{}, Fault{
		Problem: "nothing reads this namespace; did you mean " + strconv.Quote(FullKey(name)) + "?",
		Allowed: "keys of the namespace " + Namespace,
		Fix:     s.Edit(fmt.Sprintf("rename %s to %s", key, FullKey(name))),
	})
	fault.unknown = true
	return fault.AlsoReads(Path{name})
}

// unknownKey makes the fault of a key that does not exist among the names. taken says which of the names are given as well.
func (s Stack) unknownKey(at Path, value any, names []string, taken func(string) bool) Fault {
	name := fmt.Sprint(at[len(at)-1])
	fault := Fault{Problem: "unknown key", Allowed: strings.Join(names, ", "), Fix: s.Remove(at)}
	fault.unknown = true
	meant, found := Suggest(name, names)
	if !found {
		return NewFault(at, value, fault)
	}
	fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
	if taken(meant) {
		fault.Fix = Remark(fault.Fix, meant+" is given as well")
		return NewFault(at, value, fault)
	}
	fault.Fix = s.Edit(fmt.Sprintf("rename %s to %s", name, meant))
	return NewFault(at, value, fault).AlsoReads(at[:len(at)-1].At(meant))
}
