package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// unknownKeys finds top-level keys of Namespace that do not exist, and keys of a namespace that looks like it.
func unknownKeys(source Source) []Fault {
	keys, known := source.Keys()
	if !known {
		return nil
	}
	faults, names := []Fault{}, rootSchema().propertyNames()
	for _, key := range keys {
		namespace, name, _ := strings.Cut(key, ":")
		if namespace != Namespace {
			if editDistance(strings.ToLower(namespace), Namespace) <= 2 {
				faults = append(faults, wrongNamespace(source.Stack(), key, name))
			}
			continue
		}
		if slices.Contains(names, name) {
			continue
		}
		var value any = absent{}
		if text, ok := source.Get(name); ok {
			value = text
			if parsed, err := parseJSON(text); err == nil {
				value = parsed
			}
		}
		taken := func(other string) bool { _, given := source.Get(other); return given }
		faults = append(faults, unknownKey(source.Stack(), path{name}, value, names, taken))
	}
	return faults
}

// wrongNamespace makes the fault of a key that Pulumi takes but nobody reads.
func wrongNamespace(stack, key, name string) Fault {
	fault := newFault(path{key}, absent{}, Fault{
		Problem: "nothing reads this namespace; did you mean " + strconv.Quote(fullKey(name)) + "?",
		Allowed: "keys of the namespace " + Namespace,
		Fix:     editFix(stack, fmt.Sprintf("rename %s to %s", key, fullKey(name))),
	})
	fault.unknown = true
	return fault.alsoReads(path{name})
}

// unknownKey makes the fault of a key that does not exist among the names. taken says which of the names are given as well.
func unknownKey(stack string, at path, value any, names []string, taken func(string) bool) Fault {
	name := fmt.Sprint(at[len(at)-1])
	fault := Fault{Problem: "unknown key", Allowed: strings.Join(names, ", "), Fix: removeFix(stack, at)}
	fault.unknown = true
	meant, found := Suggest(name, names)
	if !found {
		return newFault(at, value, fault)
	}
	fault.Problem += fmt.Sprintf("; did you mean %q?", meant)
	if taken(meant) {
		fault.Fix = remark(fault.Fix, meant+" is given as well")
		return newFault(at, value, fault)
	}
	fault.Fix = editFix(stack, fmt.Sprintf("rename %s to %s", name, meant))
	return newFault(at, value, fault).alsoReads(at[:len(at)-1].at(meant))
}
