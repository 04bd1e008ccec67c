package aws

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
)

// setting is a value of the settings that would lead to a refusal, and where it is given.
type setting struct {
	path  string
	value any
}

// notReached is for refusals that no setting leads to: the program makes the property, whatever the settings are.
var notReached = setting{}

func at(path string, value any) setting { return setting{path, value} }

func one(object map[string]any) []any { return []any{object} }

func taint(key, value, effect string) []any {
	return one(map[string]any{"key": key, "value": value, "effect": effect})
}

// What AWS or its provider would refuse is refused as a setting before, at its key.
func TestSettingsRefuseBeforeThePlan(t *testing.T) {
	_, err := config.Load(source(t, notReached))
	require.NoError(t, err)
	for _, c := range planned {
		if c.by.path == "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Load(source(t, c.by))
			var all *config.Error
			require.ErrorAs(t, err, &all, "%s is accepted", c.by.path)
			named := func(f config.Fault) bool { return strings.HasPrefix(f.Key, "modelway:"+c.by.path) }
			require.True(t, slices.ContainsFunc(all.Faults, named), all)
		})
	}
}

// source is a small environment with one setting changed.
func source(t *testing.T, by setting) config.Source {
	settings := map[string]any{
		"cluster": map[string]any{"adminRoleArns": list("arn:aws:iam::111122223333:role/platform-admin"),
			"publicAccessCidrs": list("203.0.113.0/24")},
		"compute": map[string]any{"nodeGroups": one(map[string]any{"name": "general", "instanceTypes": list("m6i.large"), "minSize": 2,
			"maxSize": 3})},
		"loadBalancers": map[string]any{"public": map[string]any{"domain": "company.com"}},
	}
	if by.path != "" {
		parts := strings.Split(by.path, ".")
		here := settings
		for _, part := range parts[:len(parts)-1] {
			name, isList := strings.CutSuffix(part, "[0]")
			if isList {
				here = here[name].([]any)[0].(map[string]any)
				continue
			}
			if here[name] == nil {
				here[name] = map[string]any{}
			}
			here = here[name].(map[string]any)
		}
		here[parts[len(parts)-1]] = by.value
	}
	values := config.Values{StackName: "dev", Settings: map[string]string{"aws:region": "us-east-1"}}
	for name, value := range settings {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		values.Settings["modelway:"+name] = string(text)
	}
	return values
}
