package slo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/metrics"
	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
)

func model(t *testing.T, name string, file map[string]any) modelspec.Model {
	t.Helper()
	m, err := modelspec.Restore(name, file)
	require.NoError(t, err)
	return m
}

// constants are the labels of the inventory's series of one name.
func constants(groups []promrule.Group, name string) (all []map[string]string) {
	for _, group := range groups {
		for _, rule := range group.Rules {
			if rule.Record == name {
				all = append(all, rule.Labels)
			}
		}
	}
	return all
}

func TestInventory(t *testing.T) {
	files := map[string]any{"format": "sklearn", "uri": "s3://acme-models/fraud/1/",
		"digest": "sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"}
	models := []modelspec.Model{
		model(t, "churn", map[string]any{"image": "acme/churn:1", "owner": "risk", "slo": map[string]any{"latency": "1s"},
			"canary": map[string]any{"image": "acme/churn:2"}}),
		model(t, "fraud", map[string]any{"model": files, "compute": "nodes", "route": map[string]any{"by": "both"},
			"slo": map[string]any{"availability": "99.95", "latency": "100ms"}}),
		model(t, "slow", map[string]any{"model": files, "compute": "nodes", "p99Latency": "20s", "route": map[string]any{"exposure": "none"}}),
	}
	groups := slo.Inventory(models, "models")
	require.Equal(t, []string{"models/fraud-fraud-predictor:80", "models/fraud-host-fraud-predictor:80"}, slo.Uncounted(models, "models"))
	require.Equal(t, []map[string]string{
		{"model": "churn", "owner": "risk", "slo": "availability", "objective": "99.9%"},
		{"model": "churn", "owner": "risk", "slo": "latency", "objective": "99% in 1s", "le": "1.0", "le_kserve": "1.0", "le_vllm": "1.0"},
		{"model": "fraud", "slo": "availability", "objective": "99.95%"},
		{"model": "fraud", "slo": "latency", "objective": "99% in 100ms", "le_kserve": "0.1"},
		{"model": "slow", "slo": "availability", "objective": "99.9%"},
	}, constants(groups, slo.Objective))
	require.Equal(t, []map[string]string{
		{"model": "churn", "owner": "risk", "track": "stable", "compute": "fargate", "namespace": "models", "deployment": "churn"},
		{"model": "churn", "owner": "risk", "track": "canary", "compute": "fargate", "namespace": "models", "deployment": "churn-canary"},
		{"model": "fraud", "track": "stable", "compute": "nodes", "namespace": "models", "deployment": "fraud-predictor"},
		{"model": "slow", "track": "stable", "compute": "nodes", "namespace": "models", "deployment": "slow-predictor"},
	}, constants(groups, slo.Workload))
	require.Equal(t, []map[string]string{
		{"model": "fraud", "track": "stable", metrics.LabelResource: "models/fraud-fraud-predictor:80"},
		{"model": "fraud", "track": "stable", metrics.LabelResource: "models/fraud-host-fraud-predictor:80"},
	}, constants(groups, slo.TargetGroup), "servers that count failures need no load balancer for it, and what is behind none has none")
	require.Equal(t, "vector(0.9995)", groups[0].Rules[4].Expr)
}

// The constants of a thousand models come in parts that the operator of Prometheus can pack.
func TestInventoryFitsIntoConfigMaps(t *testing.T) {
	const maxConfigMap = 512 << 10
	var models []modelspec.Model
	for i := range 1000 {
		models = append(models, model(t, fmt.Sprintf("model-%04d-with-a-name-as-long-as-can-be", i), map[string]any{
			"image": "acme/churn:1", "owner": "a-team-with-a-name", "canary": map[string]any{"image": "acme/churn:2"}}))
	}
	inventory := slo.Inventory(models, "models")
	require.Len(t, inventory, 5)
	for _, group := range inventory {
		text, err := promrule.YAML([]promrule.Group{group})
		require.NoError(t, err)
		require.Less(t, len(text), maxConfigMap)
	}
}

// Two rules that record the same series would overwrite each other.
func TestEverySeriesHasOneRule(t *testing.T) {
	seen := map[string]bool{}
	for _, group := range slo.Rules() {
		require.NotEmpty(t, group.Interval)
		for _, rule := range group.Rules {
			key := fmt.Sprint(rule.Record, rule.Labels)
			require.False(t, seen[key], key)
			seen[key] = true
		}
	}
	for _, burn := range slo.Burns() {
		require.True(t, seen[fmt.Sprint(slo.Ratio(slo.Model, burn.Long), map[string]string(nil))], burn.Long)
		require.True(t, seen[fmt.Sprint(slo.Ratio(slo.Model, burn.Short), map[string]string(nil))], burn.Short)
		require.True(t, seen[fmt.Sprint(slo.Errors(slo.Model, burn.Long), map[string]string(nil))], burn.Long)
	}
}
