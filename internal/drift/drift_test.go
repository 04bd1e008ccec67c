package drift_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/drift"
	"github.com/modelway/modelway/internal/metrics"
)

// Each series has one rule, every series that a server counts is read, and no rule names a model (docs/adr/0031).
func TestRules(t *testing.T) {
	seen, text := map[string]bool{}, ""
	for _, rule := range drift.Rules().Rules {
		require.False(t, seen[rule.Record], rule.Record)
		seen[rule.Record] = true
		require.NotContains(t, rule.Expr, "model=")
		text += rule.Expr
	}
	require.True(t, seen[drift.InputIndex] && seen[drift.PredictionIndex], "alerts read them")
	for _, m := range metrics.Drift() {
		require.Equal(t, 1, strings.Count(text, m.Name+"[")+strings.Count(text, m.Name+")")/2, m.Name)
	}
}
