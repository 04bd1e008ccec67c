package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/policies/rules"
)

// places calls visit for each value of a property, at any depth, with what sets it to something else.
func places(at string, property any, set func(any), visit func(at string, set func(any))) {
	visit(at, set)
	set(property)
	switch v := property.(type) {
	case []any:
		for i, item := range v {
			places(fmt.Sprintf("%s[%d]", at, i), item, func(value any) { v[i] = value }, visit)
			v[i] = item
		}
	case map[string]any:
		for key, item := range v {
			places(at+"."+key, item, func(value any) { v[key] = value }, visit)
			v[key] = item
		}
	}
}

// ruled are the rules that a stack breaks, and those that cannot be told.
func ruled(pack *rules.Pack, all []resource.Resource) (broken, unknown []string) {
	report := pack.Stack(rules.NewStack(resource.NewSet(all), nil))
	for _, finding := range report.Broken {
		broken = append(broken, finding.Rule)
	}
	for _, finding := range report.Unknown {
		unknown = append(unknown, finding.Rule)
	}
	return broken, unknown
}

// everywhere calls visit with each value of the bad stacks replaced in turn.
func everywhere(t *testing.T, value any, visit func(at string, pack *rules.Pack, all []resource.Resource)) {
	for file, production := range map[string]bool{"bad.yaml": true, "outside.yaml": false} {
		pack, all := newPack(t, settings(t, production)), bad(t, file)
		count := 0
		for _, r := range all {
			if r.Name == "many" {
				continue // its 101 paths are alike
			}
			for key, property := range r.Properties {
				places(r.Name+": "+key, property, func(v any) { r.Properties[key] = v }, func(at string, set func(any)) {
					set(value)
					count++
					visit(file+": "+at, pack, all)
				})
			}
		}
		require.Greater(t, count, 5)
	}
}

// TestUnknownValuesNeverPass makes each value of the bad stacks unknown in turn: every rule that was broken is still broken, or waits.
func TestUnknownValuesNeverPass(t *testing.T) {
	before := map[bool][]string{}
	for file, production := range map[string]bool{"bad.yaml": true, "outside.yaml": false} {
		before[production], _ = ruled(newPack(t, settings(t, production)), bad(t, file))
	}
	everywhere(t, resource.Unknown{}, func(at string, pack *rules.Pack, all []resource.Resource) {
		broken, unknown := ruled(pack, all)
		for _, rule := range before[at[:3] == "bad"] {
			assert.True(t, slices.Contains(broken, rule) || slices.Contains(unknown, rule), "%s: %s passes", at, rule)
		}
	})
}

// TestUnknownValuesBreakNothing makes each value of every good case unknown in turn: no rule is broken by what it does not know.
func TestUnknownValuesBreakNothing(t *testing.T) {
	cases := read(t, "cases.yaml")
	for _, rule := range rules.All() {
		good := cases[rule.ID].(map[string]any)["good"].(map[string]any)
		pack, s := newPack(t, settings(t, good["outside"] == nil)), stack(t, good)
		for _, r := range s.All() {
			for key, property := range r.Properties {
				places(r.Name+": "+key, property, func(v any) { r.Properties[key] = v }, func(at string, set func(any)) {
					set(resource.Unknown{})
					assert.Empty(t, only(pack.Stack(s).Broken, rule.ID), "%s: %s", rule.ID, at)
				})
			}
		}
	}
}

// TestValuesOfOtherKindsNeverCrash puts a value of each kind in every place.
func TestValuesOfOtherKindsNeverCrash(t *testing.T) {
	for _, value := range []any{nil, true, 1.5, "", "text", []any{}, []any{nil}, map[string]any{}, map[string]any{"a": nil},
		resource.Secret{Value: "s"}} {
		everywhere(t, value, func(_ string, pack *rules.Pack, all []resource.Resource) { ruled(pack, all) })
	}
}
