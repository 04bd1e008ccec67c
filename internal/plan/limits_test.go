package plan_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/alerts"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/internal/plan"
)

// An alert on a limit of a kind that nobody counts would never be raised.
func TestEveryAlertOnRoomIsFed(t *testing.T) {
	counted := map[string]bool{}
	for _, limit := range plan.Limits(plan.Headroom(config.Defaults("dev", "us-east-1"), plan.Plan{}, nil)) {
		counted[limit.Kind] = true
	}
	kind := regexp.MustCompile(regexp.QuoteMeta(alerts.Used) + `\{kind="([^"]*)"`)
	read := 0
	for _, alert := range alerts.All() {
		for _, match := range kind.FindAllStringSubmatch(alert.Expr, -1) {
			read++
			require.True(t, counted[match[1]], "%s reads the kind %s, which the planner does not count", alert.Name, match[1])
		}
	}
	require.Positive(t, read)
}

// The numbers of the planner reach the alerts with their limits, whatever kind they are of.
func TestLimitsAreThoseOfHeadroom(t *testing.T) {
	cfg := config.Defaults("dev", "us-east-1")
	limits := plan.Limits(plan.Headroom(cfg, plan.Plan{}, nil))
	kinds := map[string]int{}
	for _, limit := range limits {
		kinds[limit.Kind]++
		require.NotEmpty(t, limit.Resource)
		require.NotEmpty(t, limit.Of)
	}
	require.Positive(t, kinds[alerts.Addresses])
	require.Equal(t, 2, kinds[alerts.LoadBalancers], "load balancers and target groups of the region")
	use := func(used, quota int) map[string]any { return map[string]any{"used": used, "quota": quota} }
	require.Equal(t, []alerts.Headroom{
		{Kind: alerts.LoadBalancers, Resource: "rules", Of: "public", Used: 95, Limit: 100},
		{Kind: alerts.LoadBalancers, Resource: "targetGroups", Of: "public", Used: 3, Limit: 100},
		{Kind: alerts.LoadBalancers, Resource: "loadBalancers", Of: "the region", Used: 1, Limit: 50},
		{Kind: alerts.Addresses, Resource: "private", Of: "the fullest zone", Used: 7, Limit: 251},
	}, plan.Limits(map[string]any{
		"loadBalancers": map[string]any{"public": map[string]any{"rules": use(95, 100), "targetGroups": use(3, 100)}},
		"region":        map[string]any{"loadBalancers": use(1, 50)},
		"addresses":     map[string]any{"private": use(7, 251)},
		"nodeGroups":    use(1, 10),
	}))
}
