package review

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
)

// Headroom is what is used of one quota. It comes from the input capacity of the platform.
type Headroom struct {
	// Of is what has the quota, such as loadBalancers/public/rules.
	Of string `json:"of"`
	// Before is the use before; null where it is not told.
	Before *Use `json:"before"`
	// After is the use after; null where it is not told.
	After *Use `json:"after"`
	// Mark is over where more is used than there is, full where nothing is left, near from 90% on, and otherwise empty.
	Mark string `json:"mark"`
}

// Use is a number and its limit.
type Use struct {
	// Used is the number in use.
	Used float64 `json:"used"`
	// Quota is the limit.
	Quota float64 `json:"quota"`
}

// Marks of Headroom.
const (
	MarkOver = "over"
	MarkFull = "full"
	MarkNear = "near"
)

// near is the share of a quota from which on it is marked.
const near = 0.9

func (u Use) mark() string {
	switch {
	case u.Used > u.Quota:
		return MarkOver
	case u.Used == u.Quota:
		return MarkFull
	case u.Used >= near*u.Quota:
		return MarkNear
	}
	return ""
}

// headroom lists the quotas by name, those that are marked first.
func headroom(before, after resource.Set) []Headroom {
	was, is := uses(before), uses(after)
	names := maps.Clone(was)
	maps.Copy(names, is)
	var all []Headroom
	for _, name := range slices.Sorted(maps.Keys(names)) {
		h := Headroom{Of: name}
		if u, found := was[name]; found {
			h.Before = &u
		}
		if u, found := is[name]; found {
			h.After, h.Mark = &u, u.mark()
		}
		all = append(all, h)
	}
	order := []string{MarkOver, MarkFull, MarkNear, ""}
	slices.SortStableFunc(all, func(a, b Headroom) int {
		return cmp.Compare(slices.Index(order, a.Mark), slices.Index(order, b.Mark))
	})
	return all
}

// uses are the uses by their path in the platform's capacity.
func uses(s resource.Set) map[string]Use {
	found := map[string]Use{}
	if platform, ok := s.Platform(); ok {
		collect(found, nil, platform.At("capacity"))
	}
	return found
}

func collect(found map[string]Use, path []string, v resource.Value) {
	used, quota := v.At("used"), v.At("quota")
	if isNumber(used) && isNumber(quota) {
		found[strings.Join(path, "/")] = Use{used.Number(), quota.Number()}
		return
	}
	for name, below := range v.Map() {
		collect(found, append(slices.Clone(path), name), below)
	}
}

func isNumber(v resource.Value) bool { _, is := v.Raw().(float64); return is }
