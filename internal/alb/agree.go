package alb

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// agreed settles a setting that the load balancer or listener has once: that of ClassParams, else the one that the
// members state, else fallback.
func (b *builder) agreed(members []member, name, fromParams, fallback string) string {
	if fromParams != "" {
		return fromParams
	}
	value, stated := b.agreedOn(members, name, func(m member) (string, bool) {
		value, stated := m.annotations.values[name]
		return value, stated
	}, func(a, b string) bool { return a == b })
	if !stated {
		return fallback
	}
	return value
}

// agreedAs settles a setting where an empty annotation states nothing, and differently written ones may be the same.
func (b *builder) agreedAs(members []member, name string, same func(a, b string) bool) string {
	value, _ := b.agreedOn(members, name, func(m member) (string, bool) {
		value := m.annotations.values[name]
		return value, len(splitList(value)) > 0
	}, same)
	return value
}

// agreedOn gives the first value that a member states, and refuses others; false when none states any.
func (b *builder) agreedOn(members []member, name string, value func(member) (string, bool), same func(a, b string) bool) (string, bool) {
	var first *member
	agreed := ""
	for i, m := range members {
		stated, ok := value(m)
		switch {
		case !ok:
		case first == nil:
			first, agreed = &members[i], stated
		case !same(stated, agreed):
			b.refuse(m.key, ConflictingSetting, "annotation %s is %q here and %q in ingress %s; the load balancer has it once, so set it in the "+
				"IngressClassParams",
				name, stated, agreed, first.key)
		}
	}
	return agreed, first != nil
}

// agreedPairs joins the key=value pairs of an annotation, and refuses several values of one key unless winners has it.
func (b *builder) agreedPairs(members []member, name string, winners map[string]string) map[string]string {
	joined, owners := map[string]string{}, map[string]string{}
	for _, m := range members {
		pairs, _ := m.annotations.pairs(name)
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			value, stated := joined[key]
			if _, settled := winners[key]; stated && !settled && value != pairs[key] {
				b.refuse(m.key, ConflictingSetting, "annotation %s has %s=%s here and %s=%s in ingress %s; give both the same value", name, key,
					pairs[key], key, value, owners[key])
				continue
			}
			joined[key], owners[key] = pairs[key], m.key
		}
	}
	maps.Copy(joined, winners)
	if len(joined) == 0 {
		return nil
	}
	return joined
}

// agreedTruth refuses a boolean annotation that is none, or that the members state differently.
func (b *builder) agreedTruth(members []member, name string) {
	for _, m := range members {
		m.annotations.boolean(name)
	}
	b.agreedAs(members, name, func(x, y string) bool {
		a, _ := strconv.ParseBool(x)
		b, _ := strconv.ParseBool(y)
		return a == b
	})
}

// checkShared refuses disagreement on settings of the load balancer that neither routing nor the model of it needs
// (LBC pkg/ingress/model_build_load_balancer.go, model_build_load_balancer_addons.go, model_build_tags.go).
func (b *builder) checkShared(members []member) {
	b.agreedPairs(members, tags, nil)
	for key, value := range b.agreedPairs(members, minimumCapacity, nil) {
		if _, err := strconv.ParseInt(value, 10, 32); err != nil || key != "CapacityUnits" {
			b.refuse("", InvalidAnnotation, "annotation %s has %s=%s, and must be CapacityUnits=<number>", minimumCapacity, key, value)
		}
	}
	for _, m := range members {
		if pool, stated := m.annotations.values[customerOwnedPool]; stated && pool == "" {
			b.refuse(m.key, InvalidAnnotation, "annotation %s must not be empty; name a pool or remove it", customerOwnedPool)
		}
	}
	same := func(x, y string) bool { return x == y }
	b.agreed(members, customerOwnedPool, "", "")
	b.agreedAs(members, addressPool, same)
	b.agreedOn(members, wafClassicID, func(m member) (string, bool) {
		id := m.annotations.text(wafClassicID, m.annotations.text(wafClassicIDLegacy, ""))
		return id, id != ""
	}, same)
	b.agreedTruth(members, shieldAdvanced)
	b.agreedTruth(members, enableFrontendNlb)
	groups, _ := b.agreedOn(members, securityGroups, func(m member) (string, bool) {
		_, stated := m.annotations.values[securityGroups]
		return strings.Join(m.annotations.list(securityGroups), ","), stated
	}, same)
	if groups != "" {
		b.agreedTruth(members, manageBackendRules)
	}
}

// webAcl gives the ARN of the WAFv2 web ACL; empty for none, or for one that is given by a name other than that of the class's ARN. A
// name beats every ARN, and that of ClassParams every annotation.
func (b *builder) webAcl(members []member) string {
	if name := b.params.WebAclName; name != "" {
		if strings.Contains(b.params.WebAclArn, "/webacl/"+name+"/") {
			return b.params.WebAclArn
		}
		return ""
	}
	if b.agreedAs(members, webAclName, func(x, y string) bool { return x == y }) != "" {
		return ""
	}
	if arn := b.agreed(members, webAclArn, b.params.WebAclArn, ""); arn != "none" {
		return arn
	}
	return ""
}

// sameSet reports whether two lists have the same items.
func sameSet(x, y string) bool { return slices.Equal(sortedSet(splitList(x)), sortedSet(splitList(y))) }

// sortedSet gives the items sorted and each once; nil for none.
func sortedSet(items []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(items)))
}

// sameItems reports whether two lists have the same items equally often.
func sameItems(x, y string) bool {
	return strings.Join(slices.Sorted(slices.Values(splitList(x))), ",") == strings.Join(slices.Sorted(slices.Values(splitList(y))), ",")
}
