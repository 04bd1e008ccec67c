package compute_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/modelway/modelway/infra/compute"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func profile(name string, selectors ...compute.Selector) compute.FargateProfile {
	return compute.FargateProfile{Name: name, Selectors: selectors}
}

func TestSelects(t *testing.T) {
	labels := map[string]string{"app": "churn", "modelway.dev/compute": "fargate"}
	for _, c := range []struct {
		selector compute.Selector
		want     bool
	}{
		{compute.Selector{Namespace: "models"}, true},
		{compute.Selector{Namespace: "model"}, false},
		{compute.Selector{Namespace: "models-a"}, false},
		{compute.Selector{Namespace: "models*"}, true},
		{compute.Selector{Namespace: "m?dels"}, true},
		{compute.Selector{Namespace: "models?"}, false},
		{compute.Selector{Namespace: "*"}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "ch*"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"modelway.dev/*": "fargate"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn", "tier": "gold"}}, false},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "fargate"}}, false},
		{compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app": "churn"}}, false},
	} {
		profiles := []compute.FargateProfile{profile("other", compute.Selector{Namespace: "nothing"}), profile("p", c.selector)}
		require.Equal(t, c.want, compute.Selects(profiles, compute.Pod{Namespace: "models", Labels: labels}), "%+v", c.selector)
	}
	require.False(t, compute.Selects(nil, compute.CoreDNS))
}

// The wildcards mean what the same pattern means as a regular expression.
func TestWildcardsMatchLikeRegularExpressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[ab]{0,10}`).Draw(t, "text")
		want := regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(pattern) + "$").MatchString(text)
		got := compute.Selects([]compute.FargateProfile{profile("p", compute.Selector{Namespace: pattern})}, compute.Pod{Namespace: text})
		require.Equal(t, want, got)
	})
}
