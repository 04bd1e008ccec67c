package slo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/slo"
)

// TestDemandIsOfOneVersion wants each version by its own track; local/monitoring tries the query.
func TestDemandIsOfOneVersion(t *testing.T) {
	m := model(t, "churn", map[string]any{"image": "acme/churn:1", "canary": map[string]any{"image": "acme/churn:2"}})
	var queries []string
	for _, v := range serving.Versions(m) {
		queries = append(queries, slo.Demand(v))
	}
	require.Equal(t, []string{
		`sum(version:requests:rate5m{model="churn",track="stable"}) or sum(up{job="models",model="churn",track="stable"} == 1) * 0`,
		`sum(version:requests:rate5m{model="churn",track="canary"}) or sum(up{job="models",model="churn",track="canary"} == 1) * 0`,
	}, queries)
}
