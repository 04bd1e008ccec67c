package alb

import (
	"reflect"
	"slices"
	"strings"
)

// checkReach reports the rules of a listener that no request reaches, because rules before them take every request that
// they match.
func (b *builder) checkReach(listener ListenerModel) {
	for i, rule := range listener.Rules {
		takers := takersOf(rule, listener.Rules[:i])
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

// takersOf gives the earlier rules that together match every request that rule matches; none when a request is left.
func takersOf(rule ListenerRule, earlier []ListenerRule) []ListenerRule {
	var takers []ListenerRule
	taken := map[int]bool{}
	for _, single := range singles(rule.Conditions) {
		i := slices.IndexFunc(earlier, func(e ListenerRule) bool { return implies(single, e.Conditions) })
		if i < 0 {
			return nil
		}
		if !taken[i] {
			taken[i] = true
			takers = append(takers, earlier[i])
		}
	}
	return takers
}

// checkOrder reports Ingresses that state the same group.order while a request can match rules of both with different
// actions: then the names of the Ingresses decide where it goes.
func (b *builder) checkOrder(listener ListenerModel) {
	for i, first := range listener.Rules {
		for _, second := range listener.Rules[i+1:] {
			m, n := b.members[first.Source.Ingress], b.members[second.Source.Ingress]
			if m.key == n.key || !m.ordered || !n.ordered || m.order != n.order ||
				reflect.DeepEqual(first.Action, second.Action) || !overlap(first.Conditions, second.Conditions) {
				continue
			}
			b.warn(n.key, ConflictingOrder,
				"%s %q is also that of ingress %s, and %s overlaps with its %s, so the names of the Ingresses decide; give them different orders",
				groupOrder, n.annotations.values[groupOrder], m.key, second.Source, first.Source)
		}
	}
}
