package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/policies/rules"
)

// open is a cluster whose endpoint is open to the world.
func open() map[string]any {
	return map[string]any{"open": map[string]any{
		"is":         "aws:eks/cluster:Cluster",
		"vpcConfig":  map[string]any{"publicAccessCidrs": []any{"0.0.0.0/0"}},
		"version":    "1.36",
		"kubernetes": map[string]any{},
	}}
}

const endpoint = "cluster-endpoint-open"

func with(t *testing.T, exceptions ...config.PolicyException) *rules.Pack {
	policies := settings(t, false)
	policies.Exceptions = exceptions
	return newPack(t, policies)
}

func TestLevels(t *testing.T) {
	policies := settings(t, false)
	policies.Levels = map[string]string{endpoint: config.PolicyDisabled, "budget": config.PolicyMandatory,
		rules.CannotTell: config.PolicyDisabled}
	pack := newPack(t, policies)
	require.Empty(t, only(pack.Stack(stack(t, open())).Broken, endpoint), "a disabled rule is not looked at")
	require.Len(t, only(pack.Stack(stack(t, open())).Broken, "budget"), 1)
	require.Equal(t, config.PolicyMandatory, pack.Level("budget"))
	require.Equal(t, config.PolicyDisabled, pack.Level(rules.CannotTell))
	require.Equal(t, config.PolicyAdvisory, pack.Level(rules.Exceptions))

	require.Equal(t, config.PolicyAdvisory, pack.Level("load-balancer-http"), "outside of production")
	require.Equal(t, config.PolicyMandatory, newPack(t, settings(t, true)).Level("load-balancer-http"))
	for _, rule := range pack.Rules() {
		require.Equal(t, pack.Level(rule.ID), rule.Level)
	}
}

func TestUnknownRulesAreRefusedTogether(t *testing.T) {
	policies := settings(t, false)
	policies.Levels = map[string]string{"cluster-endpont-open": config.PolicyAdvisory}
	policies.Exceptions = []config.PolicyException{{Rule: "bucket-tsl", Resource: "*", Reason: "r", Expires: "2027-01-01"},
		{Rule: rules.CannotTell}}
	_, err := rules.New(policies, today)
	require.ErrorContains(t, err, `modelway:policies.levels: there is no rule "cluster-endpont-open"; did you mean "cluster-endpoint-open"?`)
	require.ErrorContains(t, err, `modelway:policies.exceptions[0].rule: there is no rule "bucket-tsl"; did you mean "bucket-tls"?`)
	require.ErrorContains(t, err, "exceptions[1].rule", "a report has nothing to allow")
	require.ErrorContains(t, err, "policies/README.md")
}

func TestExceptions(t *testing.T) {
	s := stack(t, open())
	exception := config.PolicyException{Rule: endpoint, Resource: "op*", Reason: "migration", Expires: "2027-03-31"}
	report := with(t, exception).Stack(s)
	require.Empty(t, only(report.Broken, endpoint))
	require.Empty(t, report.Exceptions)
	require.Empty(t, only(with(t, exception).Resource(s.All()[0]), endpoint))

	exception.Resource = "urn:pulumi:prod::*::aws:eks/cluster:Cluster::open"
	require.Empty(t, only(with(t, exception).Stack(s).Broken, endpoint), "by URN")

	for expires, message := range map[string]string{
		"2026-11-24": "ends in 0 days, on 2026-11-24", "2026-11-25": "ends in 1 day, on 2026-11-25", "2026-12-08": "ends in 14 days",
		"2026-12-09": "",
	} {
		exception.Expires = expires
		report = with(t, exception).Stack(s)
		require.Empty(t, only(report.Broken, endpoint), "%s is still to come", expires)
		if message == "" {
			require.Empty(t, report.Exceptions)
			continue
		}
		require.Len(t, report.Exceptions, 1)
		require.Contains(t, report.Exceptions[0], message)
	}
}

func TestExpiredExceptions(t *testing.T) {
	s := stack(t, open())
	pack := with(t, config.PolicyException{Rule: endpoint, Resource: "open", Reason: "migration", Expires: "2026-11-23"})
	report := pack.Stack(s)
	broken := only(report.Broken, endpoint)
	require.Len(t, broken, 1)
	require.Equal(t, "An exception (migration) expired on 2026-11-23.", broken[0].Note)
	require.Contains(t, rules.All()[0].Message(broken[0]), broken[0].Note)
	require.Equal(t, broken, only(pack.Resource(s.All()[0]), endpoint))
	require.Len(t, report.Exceptions, 1)
	require.Contains(t, report.Exceptions[0], "expired on 2026-11-23")
}

func TestExceptionsThatAllowNothing(t *testing.T) {
	for _, exception := range []config.PolicyException{
		{Rule: endpoint, Resource: "other", Reason: "r", Expires: "2027-03-31"}, {Rule: "bucket-tls", Resource: "open", Reason: "r",
			Expires: "2027-03-31"},
	} {
		report := with(t, exception).Stack(stack(t, open()))
		require.Len(t, only(report.Broken, endpoint), 1)
		require.Len(t, report.Exceptions, 1)
		require.Contains(t, report.Exceptions[0], "allows nothing")
	}
}

// TestWaiting requires one message a rule, however many resources it is about.
func TestWaiting(t *testing.T) {
	findings := []rules.Finding{
		{Rule: "a", Name: "r1", Property: "p[0].q"}, {Rule: "a", Name: "r1", Property: "p[1].q"}, {Rule: "a", Name: "r2", Property: "p[1].q"},
		{Rule: "a", Name: "r3", Property: "s"}, {Rule: "a", Name: "r4", Property: "s"}, {Rule: "a", Name: "r5", Property: "s"},
		{Rule: "b", Name: "r1", Property: "t"},
	}
	require.Equal(t, []string{
		"a of r1, r2, r3 and 2 more: p[].q, s are known only at up", "b of r1: t is known only at up",
	}, rules.Report{Unknown: findings}.Waiting())
}
