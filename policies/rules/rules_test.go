package rules_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/policies/rules"
)

// always are rules that never have to wait for a value.
var always = []string{"nat-per-zone"}

// TestEveryRuleHasEveryKindOfCase fails for a rule without cases, and for cases without a rule.
func TestEveryRuleHasEveryKindOfCase(t *testing.T) {
	cases := read(t, "cases.yaml")
	var ids []string
	for _, rule := range rules.All() {
		ids = append(ids, rule.ID)
		kinds, _ := cases[rule.ID].(map[string]any)
		require.NotEmpty(t, kinds["good"], "%s has no good case", rule.ID)
		require.NotEmpty(t, kinds["bad"], "%s has no bad case", rule.ID)
		unknown, _ := kinds["unknown"].([]any)
		require.Equal(t, slices.Contains(always, rule.ID), len(unknown) == 0, "%s has %d unknown cases", rule.ID, len(unknown))
	}
	require.ElementsMatch(t, ids, slices.Collect(maps.Keys(cases)))
}

// TestCases judges each case by its rule alone.
func TestCases(t *testing.T) {
	cases := read(t, "cases.yaml")
	for _, rule := range rules.All() {
		kinds := cases[rule.ID].(map[string]any)
		good := kinds["good"].(map[string]any)
		judge := func(over map[string]any) (broken, unknown []rules.Finding) {
			short := change(good, over)
			pack := newPack(t, settings(t, short["outside"] == nil))
			report := pack.Stack(stack(t, short))
			return only(report.Broken, rule.ID), only(report.Unknown, rule.ID)
		}
		for kind, want := range map[string][2]int{"good": {0, 0}, "good+": {0, 0}, "bad": {1, 0}, "unknown": {0, 1}} {
			changes, list := kinds[kind].([]any)
			if !list {
				changes = []any{map[string]any{}}
			}
			if kinds[kind] == nil {
				continue
			}
			for i, over := range changes {
				broken, unknown := judge(over.(map[string]any))
				assert.Equal(t, want, [2]int{len(broken), len(unknown)}, "%s %s %d: %v %v", rule.ID, kind, i, broken, unknown)
			}
		}
	}
}

func only(findings []rules.Finding, rule string) (of []rules.Finding) {
	for _, finding := range findings {
		if finding.Rule == rule {
			of = append(of, finding)
		}
	}
	return of
}

// TestRulesAreComplete requires what README, messages and settings need of each rule.
func TestRulesAreComplete(t *testing.T) {
	topics := []string{rules.Security, rules.Reliability, rules.Cost, rules.LoadBalancing, rules.Fargate, rules.Naming}
	seen := map[string]bool{}
	for _, rule := range rules.All() {
		require.Regexp(t, `^[a-z]+(-[a-z0-9]+)*$`, rule.ID)
		require.False(t, seen[rule.ID], "%s stands twice", rule.ID)
		seen[rule.ID] = true
		require.Contains(t, topics, rule.Topic, rule.ID)
		require.Contains(t, []string{config.PolicyMandatory, config.PolicyAdvisory}, rule.Level, rule.ID)
		require.Regexp(t, `^https://(docs\.aws\.amazon\.com|kubernetes\.io|kubernetes-sigs\.github\.io|prometheus\.io|www\.pulumi\.com)/\S+$`, rule.Source,
			rule.ID)
		for _, text := range []string{rule.Title, rule.Why, rule.Fix} {
			require.NotEmpty(t, text, rule.ID)
			require.NotContains(t, text, "\n", rule.ID)
		}
		require.NotRegexp(t, `\.$`, rule.Title+"|"+rule.Fix, rule.ID)
		require.True(t, rule.Each != nil || rule.Whole != nil, rule.ID)
		require.True(t, rule.Each != nil || rule.Types == nil, "%s: types are for Each", rule.ID)
	}
	require.GreaterOrEqual(t, len(seen), 40)
}

// TestMessages requires the resource, the property, its value, what is allowed, the fix and the source, and no secret.
func TestMessages(t *testing.T) {
	cases := read(t, "cases.yaml")
	for _, rule := range rules.All() {
		kinds := cases[rule.ID].(map[string]any)
		short := change(kinds["good"].(map[string]any), kinds["bad"].([]any)[0].(map[string]any))
		broken := only(newPack(t, settings(t, short["outside"] == nil)).Stack(stack(t, short)).Broken, rule.ID)
		message := rule.Message(broken[0])
		require.Regexp(t, "^"+regexp.QuoteMeta(broken[0].Name)+": "+regexp.QuoteMeta(broken[0].Property)+" is .+; allowed: .+\n", message)
		require.True(t, strings.HasSuffix(message, fmt.Sprintf("\nFix: %s. Source: %s", rule.Fix, rule.Source)), message)
		require.NotContains(t, message, "hunter2", "a secret is not shown")
		require.NotEmpty(t, broken[0].Property, rule.ID)
		require.NotEmpty(t, broken[0].URN, rule.ID)
	}
}
