package slo_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/promrule"
	"github.com/modelway/modelway/internal/slo"
)

// TestEstimateCountsWhatIsRecorded holds the estimate of recorded series against the rules: each records one for a model, for each of its
// versions, or only for those beside a canary; by both objectives, unless it has no objective or one of its own.
func TestEstimateCountsWhatIsRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		load := monitoring.Load{Models: rapid.IntRange(0, 2000).Draw(t, "models")}
		load.Canaries = rapid.IntRange(0, load.Models).Draw(t, "canaries")
		load.Versions = load.Models + load.Canaries
		const objectives = 2
		series := objectives*load.Models + load.Versions // the inventory
		for _, group := range slo.Rules() {
			for _, rule := range group.Rules {
				series += recordedBy(rule, load, objectives)
			}
		}
		require.Equal(t, series, load.Recorded())
	})
}

func recordedBy(rule promrule.Rule, load monitoring.Load, objectives int) int {
	of := load.Models
	switch {
	case rule.Record == slo.CanaryScore:
		of = load.Canaries
	case strings.HasPrefix(rule.Record, slo.Version+":slo_") && !strings.HasSuffix(rule.Record, ":rate5m"):
		of = 2 * load.Canaries
	case strings.HasPrefix(rule.Record, slo.Version+":"):
		of = load.Versions
	}
	switch rule.Record {
	case slo.Requests, slo.InFlight, slo.P50, slo.P99:
		return of
	}
	if rule.Labels["slo"] != "" {
		return of
	}
	return of * objectives
}
