package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/policies/rules"
)

// bad reads a stack that breaks rules, and gives it an Ingress of many paths.
func bad(t *testing.T, file string) []resource.Resource {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	var all []resource.Resource
	require.NoError(t, yaml.UnmarshalStrict(text, &all))
	if file == "bad.yaml" {
		all = append(all, resource.Resource{Type: "kubernetes:networking.k8s.io/v1:Ingress", Name: "many", Properties: withPaths(map[string]any{
			"metadata": map[string]any{"namespace": "good"}, "spec": map[string]any{"ingressClassName": "many"},
		}, 101)})
	}
	for i := range all {
		all[i].URN = fmt.Sprintf("urn:pulumi:bad::modelway::%s::%s", all[i].Type, all[i].Name)
	}
	return all
}

// TestEveryRuleFiresOnce judges two stacks that break every rule, each rule once.
func TestEveryRuleFiresOnce(t *testing.T) {
	fired := map[string][]string{}
	for file, production := range map[string]bool{"bad.yaml": true, "outside.yaml": false} {
		report := newPack(t, settings(t, production)).Stack(rules.NewStack(resource.NewSet(bad(t, file)), nil))
		for _, finding := range report.Broken {
			fired[finding.Rule] = append(fired[finding.Rule], finding.Name+" "+finding.Property)
		}
		require.Empty(t, report.Unknown, file)
	}
	for _, rule := range rules.All() {
		assert.Len(t, fired[rule.ID], 1, "%s: %q", rule.ID, fired[rule.ID])
	}
}
