package events

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// Difference is a property that a step changes.
type Difference struct {
	// Path of the property, such as scalingConfig.maxSize.
	Path string `json:"path"`
	// Before is its value as it is shown; empty where there is none, and with After where the values are not told.
	Before string `json:"before"`
	// After is the value after, as it is shown.
	After string `json:"after"`
}

// String is the difference on one line, such as "version 1.35 -> 1.36".
func (d Difference) String() string {
	if d.Before == "" && d.After == "" {
		return d.Path
	}
	return d.Path + " " + orNone(d.Before) + " -> " + orNone(d.After)
}

// Clipped is String with values that have at most a number of characters, and without those that are JSON.
func (d Difference) Clipped(most int) string {
	if strings.HasPrefix(d.Before, "{") || strings.HasPrefix(d.After, "{") {
		return d.Path
	}
	d.Before, d.After = Clip(d.Before, most), Clip(d.After, most)
	return d.String()
}

// Clip shortens a text to a number of characters.
func Clip(text string, most int) string {
	n, end := 0, 0
	for i := range text {
		if n == most-3 {
			end = i
		}
		if n++; n > most {
			return strings.ToValidUTF8(text[:end], "?") + "..."
		}
	}
	return text
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// Differences are the properties that differ, with their values, by path. Where the inputs show no difference they are the paths that the
// engine names, without values. Tags are left out where anything else differs.
func (s Step) Differences() []Difference {
	if s.Old == nil || s.New == nil {
		return nil
	}
	var all []Difference
	differences(&all, "", resource.Of(s.Old.Properties), resource.Of(s.New.Properties))
	if len(all) == 0 {
		for _, path := range s.Diffs {
			all = append(all, Difference{Path: path})
		}
	}
	if matter := slices.DeleteFunc(slices.Clone(all), Difference.ofTags); len(matter) > 0 {
		return matter
	}
	return all
}

// ofTags says that the property is one of the tags that every resource has, or the engine's own.
func (d Difference) ofTags() bool {
	first, _, _ := strings.Cut(d.Path, ".")
	return first == "tags" || first == "tagsAll" || strings.HasPrefix(first, "__")
}

// differences collects the leaves at which two values differ. Lists of plain values are leaves.
func differences(all *[]Difference, path string, before, after resource.Value) {
	if reflect.DeepEqual(before.Raw(), after.Raw()) {
		return
	}
	keys := maps.Clone(before.Map())
	maps.Copy(keys, after.Map())
	items := max(len(before.List()), len(after.List()))
	switch {
	case len(keys) > 0 && !before.Secret() && !after.Secret():
		for _, key := range sortedKeys(keys) {
			differences(all, below(path, key), before.At(key), after.At(key))
		}
	case items > 0 && (nested(before) || nested(after)):
		for i := range items {
			differences(all, path+"["+strconv.Itoa(i)+"]", before.At(i), after.At(i))
		}
	default:
		*all = append(*all, Difference{path, before.Shown(), after.Shown()})
	}
}

// below is the path of a key, in brackets where the key has a dot.
func below(path, key string) string {
	if strings.Contains(key, ".") {
		return path + "[" + strconv.Quote(key) + "]"
	}
	return strings.TrimPrefix(path+"."+key, ".")
}

// nested says whether a list has objects or lists in it.
func nested(list resource.Value) bool {
	return slices.ContainsFunc(list.List(), func(v resource.Value) bool { return len(v.Map())+len(v.List()) > 0 })
}
