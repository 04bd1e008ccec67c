package alb

import (
	"reflect"
	"slices"
	"strings"
)

// checkReach reports the rules of a listener that no request reaches, because rules before them take every request that
// they match.
func (b *builder) checkReach(listener ListenerModel) {
	var earlier rulebook
	for _, rule := range listener.Rules {
		takers := earlier.takers(rule)
		earlier.add(rule)
		if len(takers) == 0 {
			continue
		}
		if first := takers[0]; len(takers) == 1 && sameRequests(first.Conditions, rule.Conditions) {
			b.warn(rule.Source.Ingress, DuplicateRoute,
				"%s is also in ingress %s, which comes first and gets every request; remove one of them or change its host or path",
				rule.Source, first.Source.Ingress)
			continue
		}
		names := make([]string, len(takers))
		for j, taker := range takers {
			names[j] = taker.Source.String() + " of ingress " + taker.Source.Ingress
		}
		b.warn(rule.Source.Ingress, ShadowedRoute,
			"%s gets no request, because %s comes first and takes them all; give this Ingress a lower %s or make the other route narrower",
			rule.Source, strings.Join(names, " and "), groupOrder)
	}
}

// rulebook holds rules in their order, and finds those on literal paths by the path.
type rulebook struct {
	rules  []ListenerRule
	byPath map[string][]int // rules whose paths are all literal, by each of them
	others []int
}

func (b *rulebook) add(rule ListenerRule) {
	i := len(b.rules)
	b.rules = append(b.rules, rule)
	paths := pathsOf(rule.Conditions)
	if len(paths) == 0 || slices.ContainsFunc(paths, wild) {
		b.others = append(b.others, i)
		return
	}
	if b.byPath == nil {
		b.byPath = map[string][]int{}
	}
	for _, path := range paths {
		b.byPath[path] = append(b.byPath[path], i)
	}
}

// takers gives the rules that together match every request that rule matches; none when a request is left.
func (b *rulebook) takers(rule ListenerRule) []ListenerRule {
	var takers []ListenerRule
	taken := map[int]bool{}
	for _, single := range singles(rule.Conditions) {
		i := b.taker(single)
		if i < 0 {
			return nil
		}
		if !taken[i] {
			taken[i] = true
			takers = append(takers, b.rules[i])
		}
	}
	return takers
}

// taker gives the first rule that matches every request that conditions of one value each match; -1 for none.
func (b *rulebook) taker(single []Condition) int {
	takes := func(i int) bool { return implies(single, b.rules[i].Conditions) }
	first := -1
	if i := slices.IndexFunc(b.others, takes); i >= 0 {
		first = b.others[i]
	}
	for _, path := range pathsOf(single) {
		if i := slices.IndexFunc(b.byPath[path], takes); i >= 0 && (first < 0 || b.byPath[path][i] < first) {
			first = b.byPath[path][i]
		}
	}
	return first
}

// pathsOf gives the values of the path condition; none where it uses regular expressions.
func pathsOf(conditions []Condition) []string {
	for _, c := range conditions {
		if c.Field == PathPattern {
			return c.Values
		}
	}
	return nil
}

// checkOrder reports Ingresses that state the same group.order while a request can match rules of both with different
// actions: then the names of the Ingresses decide where it goes.
func (b *builder) checkOrder(listener ListenerModel) {
	byOrder := map[int][]ListenerRule{}
	for _, second := range listener.Rules {
		n := b.members[second.Source.Ingress]
		if !n.ordered {
			continue
		}
		for _, first := range byOrder[n.order] {
			if first.Source.Ingress != n.key && overlap(first.Conditions, second.Conditions) && !reflect.DeepEqual(first.Action, second.Action) {
				b.warn(n.key, ConflictingOrder,
					"%s %q is also that of ingress %s, and %s overlaps with its %s, so the names of the Ingresses decide; give them different orders",
					groupOrder, n.annotations.values[groupOrder], first.Source.Ingress, second.Source, first.Source)
			}
		}
		byOrder[n.order] = append(byOrder[n.order], second)
	}
}
