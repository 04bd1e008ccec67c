package rules_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/policies/rules"
)

// today is the day on which the tests judge.
var today = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

// read decodes a file of testdata; !unknown stands for an unknown value and !secret marks one.
func read(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &node))
	return value(t, node.Content[0]).(map[string]any)
}

func value(t *testing.T, node *yaml.Node) any {
	t.Helper()
	switch {
	case node.Tag == "!unknown":
		return resource.Unknown{}
	case node.Tag == "!secret":
		return resource.Secret{Value: node.Value}
	case node.Kind == yaml.AliasNode:
		return value(t, node.Alias)
	case node.Kind == yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			list[i] = value(t, item)
		}
		return list
	case node.Kind == yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			object[node.Content[i].Value] = value(t, node.Content[i+1])
		}
		return object
	}
	var plain any
	require.NoError(t, node.Decode(&plain))
	if number, is := plain.(int); is {
		return float64(number)
	}
	return plain
}

// change lays an object over another one: objects key by key, everything else whole, and null takes away.
func change(base, over map[string]any) map[string]any {
	changed := maps.Clone(base)
	for key, item := range over {
		old, isObject := changed[key].(map[string]any)
		object, also := item.(map[string]any)
		switch {
		case item == nil:
			delete(changed, key)
		case isObject && also:
			changed[key] = change(old, object)
		default:
			changed[key] = item
		}
	}
	return changed
}

// stack makes resources of their short form.
func stack(t *testing.T, short map[string]any) rules.Stack {
	t.Helper()
	urns, types := map[string]string{}, map[string]string{}
	var all []resource.Resource
	if many, is := short["many"].(map[string]any); is {
		short["i"] = withPaths(short["i"].(map[string]any), int(many["paths"].(float64)))
	}
	for _, name := range slices.Sorted(maps.Keys(short)) {
		if fields, is := short[name].(map[string]any); is && name != "many" {
			kind, _ := fields["is"].(string)
			inside, _ := fields["inside"].(string)
			if inside != "" {
				inside += "$"
			}
			require.NotEmpty(t, kind, name)
			urns[name], types[name] = fmt.Sprintf("urn:pulumi:prod::modelway::%s%s::%s", inside, kind, name), kind
		}
	}
	needs := map[string][]string{}
	for name, urn := range urns {
		properties := maps.Clone(short[name].(map[string]any))
		list, _ := properties["needs"].([]any)
		for _, other := range list {
			needs[urn] = append(needs[urn], urns[other.(string)])
		}
		for _, key := range []string{"is", "inside", "needs"} {
			delete(properties, key)
		}
		all = append(all, resource.Resource{URN: urn, Type: types[name], Name: name, Properties: properties})
	}
	return rules.NewStack(resource.NewSet(all), needs)
}

// withPaths gives an Ingress so many paths, each to a service of its own.
func withPaths(ingress map[string]any, count int) map[string]any {
	var paths []any
	for i := range count {
		name := fmt.Sprintf("m%d", i)
		paths = append(paths, map[string]any{"path": "/" + name, "backend": map[string]any{"service": map[string]any{"name": name}}})
	}
	return change(ingress, map[string]any{"spec": map[string]any{"rules": []any{map[string]any{"host": "a",
		"http": map[string]any{"paths": paths}}}}})
}

// settings are those of an environment without settings of its own.
func settings(t *testing.T, production bool) config.Policies {
	t.Helper()
	policies, err := config.LoadPolicies(config.Values{StackName: map[bool]string{true: "prod", false: "dev"}[production]})
	require.NoError(t, err)
	return policies
}

func newPack(t *testing.T, policies config.Policies) *rules.Pack {
	t.Helper()
	pack, err := rules.New(policies, today)
	require.NoError(t, err)
	return pack
}
