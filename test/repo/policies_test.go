package repo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/policies/rules"
)

// TestPoliciesAreCurrent compares the table of policies/README.md with the rules; with -update it writes the table.
func TestPoliciesAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| rule | topic | level | what | why |\n|---|---|---|---|---|\n")
	for _, rule := range rules.All() {
		level := rule.Level
		if rule.Relaxed {
			level += ", advisory outside of production"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s ([source](%s)) |\n", rule.ID, rule.Topic, level, rule.Title, strings.ReplaceAll(rule.Why, "*",
			`\*`), rule.Source)
	}
	requireTable(t, "policies/README.md", "<!-- Generated from policies/rules by `go test ./test/repo -update`. Do not edit. -->\n",
		b.String())
}

// TestExamplesInPoliciesAreRules requires the rules that the settings of this repository name to exist.
func TestExamplesInPoliciesAreRules(t *testing.T) {
	known := map[string]bool{"cannot-tell-yet": true, "policy-exceptions": true}
	for _, rule := range rules.All() {
		known[rule.ID] = true
	}
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var stack struct {
			Config struct {
				Policies struct{ Levels map[string]string } `yaml:"modelway:policies"`
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &stack))
		for rule := range stack.Config.Policies.Levels {
			require.True(t, known[rule], "%s names the rule %s, which does not exist", filepath.Base(file), rule)
		}
	}
}
