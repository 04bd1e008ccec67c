package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPoliciesAreReadAlone(t *testing.T) {
	settings := map[string]string{"modelway:policies": `{"levels":{"a":"advisory"}}`, "modelway:cluster": "broken"}
	policies, err := LoadPolicies(Values{StackName: "prod", Settings: settings})
	require.NoError(t, err, "the program reports the faults of other settings")
	require.True(t, policies.Production)
	require.Equal(t, map[string]string{"a": PolicyAdvisory}, policies.Levels)
	require.Equal(t, defaultRegistries(), policies.AllowedRegistries)

	policies, err = LoadPolicies(Values{StackName: "staging"})
	require.NoError(t, err)
	require.Equal(t, Defaults("staging", "").Policies, policies)
	require.False(t, policies.Production, "production is a setting; only prod has it by default")
}

// The Pulumi CLI makes a time of a day without quotes, as in the example of policies/README.md.
func TestADayNeedsNoQuotes(t *testing.T) {
	settings := map[string]string{"modelway:policies": `{"exceptions":[{"rule":"a","resource":"b","reason":"c","expires":"2027-03-31 00:00:00 +0000 UTC"}]}`}
	policies, err := LoadPolicies(Values{StackName: "prod", Settings: settings})
	require.NoError(t, err)
	require.Equal(t, "2027-03-31", policies.Exceptions[0].Expires)
}

func TestFaultsOfPoliciesAreReportedTogether(t *testing.T) {
	settings := map[string]string{"modelway:policies": `{"levels":{"a":"on"},"exceptions":[{"rule":"a"}],"level":{}}`}
	_, err := LoadPolicies(Values{StackName: "dev", Settings: settings})
	var all *Error
	require.ErrorAs(t, err, &all)
	keys := make([]string, len(all.Faults))
	for i, fault := range all.Faults {
		keys[i] = fault.Key
	}
	require.Equal(t, []string{
		"modelway:policies.exceptions[0].expires", "modelway:policies.exceptions[0].reason", "modelway:policies.exceptions[0].resource",
		"modelway:policies.level", "modelway:policies.levels.a",
	}, keys)
}
