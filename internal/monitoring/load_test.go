package monitoring_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/monitoring"
)

// TestLoadGrowsWithModels wants estimates that add up: more of anything never needs less, samples double where they are taken twice as often,
// but for what rules record at intervals of their own, and what is sent on is a part of what is there.
func TestLoadGrowsWithModels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		any := func(name string) int { return rapid.IntRange(0, 5000).Draw(t, name) }
		less := monitoring.Load{Models: any("models"), Canaries: any("canaries"), Versions: any("versions"), Pods: any("pods")}
		more := monitoring.Load{Models: less.Models + any("a"), Canaries: less.Canaries + any("b"), Versions: less.Versions + any("c"),
			Pods: less.Pods + any("d")}
		interval := time.Duration(rapid.IntRange(15, 120).Draw(t, "interval")) * time.Second
		require.LessOrEqual(t, less.Series(), more.Series())
		require.LessOrEqual(t, less.MemoryGiB(), more.MemoryGiB())
		require.LessOrEqual(t, less.DiskGiB(31, interval), more.DiskGiB(31, interval))
		require.LessOrEqual(t, less.SamplesSent(interval, time.Hour), more.SamplesSent(interval, time.Hour))
		require.Less(t, less.Sent(), less.Series())
		once, twice := less.SamplesSent(interval, time.Hour), less.SamplesSent(interval/2, time.Hour)
		require.Less(t, once, twice)
		require.LessOrEqual(t, twice, 2*once)
		require.InEpsilon(t, 24*once, less.SamplesSent(interval, 24*time.Hour), 1e-9)
		require.GreaterOrEqual(t, float64(monitoring.MemoryFor(less.MemoryGiB())), less.MemoryGiB())
	})
}
