package alb

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
)

// singles takes a rule apart into rules with one value per condition, which together match the same requests.
func singles(conditions []Condition) [][]Condition {
	split := [][]Condition{nil}
	for _, condition := range conditions {
		var next [][]Condition
		for _, single := range condition.singles() {
			for _, before := range split {
				next = append(next, append(slices.Clip(before), single))
			}
		}
		split = next
	}
	return split
}

func (c Condition) singles() []Condition {
	var split []Condition
	for _, v := range c.Values {
		split = append(split, Condition{Field: c.Field, HeaderName: c.HeaderName, Values: []string{v}})
	}
	for _, v := range c.RegexValues {
		split = append(split, Condition{Field: c.Field, HeaderName: c.HeaderName, RegexValues: []string{v}})
	}
	for _, v := range c.Query {
		split = append(split, Condition{Field: c.Field, Query: []QueryValue{v}})
	}
	return split
}

// sameRequests reports whether two sets of conditions match the same requests.
func sameRequests(a, b []Condition) bool { return implies(a, b) && implies(b, a) }

// implies reports whether conditions narrow match only requests that conditions wide match too. It may miss such a case
// (with regular expressions, for example) but never claims one.
func implies(narrow, wide []Condition) bool {
	for _, w := range wide {
		if !w.always() && !slices.ContainsFunc(narrow, func(n Condition) bool { return n.implies(w) }) {
			return false
		}
	}
	return true
}

// always reports whether the condition holds for every request: every path starts with "/".
func (c Condition) always() bool {
	return c.Field == PathPattern && slices.ContainsFunc(c.Values, func(v string) bool { return c.covers(v, "/*") })
}

func (c Condition) implies(wide Condition) bool {
	if c.Field != wide.Field || fold(c.HeaderName) != fold(wide.HeaderName) {
		return false
	}
	if c.Evaluations() == 1 {
		return c.coveredBy(wide)
	}
	for _, single := range c.singles() {
		if !single.coveredBy(wide) {
			return false
		}
	}
	return true
}

// coveredBy reports whether the one value of c satisfies wide whenever it is satisfied itself.
func (c Condition) coveredBy(wide Condition) bool {
	switch {
	case len(c.RegexValues) > 0:
		return slices.Contains(wide.RegexValues, c.RegexValues[0])
	case len(c.Query) > 0:
		return slices.ContainsFunc(wide.Query, func(w QueryValue) bool { return c.Query[0].coveredBy(w) })
	case c.Field == SourceIP:
		return slices.ContainsFunc(wide.Values, func(w string) bool { return blockCovers(w, c.Values[0]) })
	case !c.hasWildcards():
		return slices.Contains(wide.Values, c.Values[0])
	}
	if len(wide.RegexValues) > 0 && !wild(c.Values[0]) {
		return wide.matchText(c.Values[0])
	}
	return slices.ContainsFunc(wide.Values, func(w string) bool { return c.covers(w, c.Values[0]) })
}

// covers reports whether the pattern wide matches everything that the pattern narrow matches.
func (c Condition) covers(wide, narrow string) bool {
	if !wild(wide) {
		return c.sameText(wide, narrow)
	}
	return c.glob(wide).Covers(c.glob(narrow))
}

// meets reports whether some text matches both patterns.
func (c Condition) meets(v, w string) bool {
	if !wild(v) && !wild(w) {
		return c.sameText(v, w)
	}
	return c.glob(v).Intersects(c.glob(w))
}

func (c Condition) sameText(v, w string) bool {
	return v == w || c.foldsCase() && fold(v) == fold(w)
}

// wild reports whether a pattern has wildcards.
func wild(pattern string) bool { return strings.ContainsAny(pattern, "*?") }

func (q QueryValue) coveredBy(wide QueryValue) bool {
	if wide.Key != "" && !glob.New(fold(wide.Key), true).Covers(glob.New(fold(q.Key), true)) {
		return false
	}
	return glob.New(fold(wide.Value), true).Covers(glob.New(fold(q.Value), true))
}

func blockCovers(wide, narrow string) bool {
	w, errWide := netip.ParsePrefix(wide)
	n, errNarrow := netip.ParsePrefix(narrow)
	return errWide == nil && errNarrow == nil && w.Bits() <= n.Bits() && w.Contains(n.Addr())
}

// overlap reports whether some request can match both; where that is hard to tell it says yes.
func overlap(a, b []Condition) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Field == y.Field && fold(x.HeaderName) == fold(y.HeaderName) && x.disjoint(y) {
				return false
			}
		}
	}
	return true
}

func (c Condition) disjoint(other Condition) bool {
	if c.Field == QueryString || len(c.RegexValues) > 0 || len(other.RegexValues) > 0 {
		return false
	}
	for _, v := range c.Values {
		for _, w := range other.Values {
			switch {
			case c.hasWildcards() && c.meets(v, w),
				c.Field == SourceIP && (blockCovers(v, w) || blockCovers(w, v)),
				v == w:
				return false
			}
		}
	}
	return true
}
