package lifecycle_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/lifecycle"
)

// The generators draw from the whole range, in small numbers, in whole seconds and at its ends.
var (
	p99Gen  = durationGen(lifecycle.MinP99Latency, lifecycle.MaxP99Latency)
	loadGen = durationGen(lifecycle.MinLoadTime, lifecycle.MaxLoadTime)
)

func durationGen(least, most time.Duration) *rapid.Generator[time.Duration] {
	anyLength := rapid.Map(rapid.Int64Range(int64(least), int64(most)), func(n int64) time.Duration { return time.Duration(n) })
	wholeSeconds := rapid.Map(rapid.Int64Range(1, int64(most/time.Second)),
		func(n int64) time.Duration { return time.Duration(n) * time.Second })
	return rapid.OneOf(anyLength, wholeSeconds, rapid.SampledFrom([]time.Duration{least, least + 1, most - 1, most}))
}

// check draws both numbers and passes them on with their contract.
func check(t *testing.T, property func(t *rapid.T, p99, load time.Duration, c lifecycle.Contract)) {
	rapid.Check(t, func(t *rapid.T) {
		p99, load := p99Gen.Draw(t, "p99"), loadGen.Draw(t, "load")
		property(t, p99, load, lifecycle.Derive(p99, load))
	})
}

func inSeconds(n int) time.Duration { return time.Duration(n) * time.Second }

func within(t *rapid.T, least, most, got int, name string) {
	require.GreaterOrEqual(t, got, least, name)
	require.LessOrEqual(t, got, most, name)
}

func TestAWSAndKubernetesAllowEveryFigure(t *testing.T) {
	check(t, func(t *rapid.T, _, _ time.Duration, c lifecycle.Contract) {
		within(t, 0, 3600, c.DeregistrationDelay, "deregistration_delay.timeout_seconds")
		within(t, 1, 4000, c.IdleTimeout, "idle_timeout.timeout_seconds")
		within(t, 5, 300, c.HealthCheck.Interval, "health check interval")
		within(t, 2, 120, c.HealthCheck.Timeout, "health check timeout")
		require.Less(t, c.HealthCheck.Timeout, c.HealthCheck.Interval)
		within(t, 2, 10, c.HealthCheck.HealthyThreshold, "healthy threshold")
		within(t, 2, 10, c.HealthCheck.UnhealthyThreshold, "unhealthy threshold")
		require.Positive(t, c.PreStop)
		require.Less(t, c.PreStop, c.TerminationGracePeriod)
		require.Greater(t, c.ProgressDeadline, c.Startup.Budget())
		for _, probe := range []lifecycle.Probe{c.Startup, c.Readiness, c.Liveness} {
			require.Positive(t, probe.Period)
			require.Positive(t, probe.Timeout)
			require.Positive(t, probe.FailureThreshold)
		}
	})
}

// A request may be routed to a deleted pod until the deregistration has reached the load balancer, 10 seconds, and is then
// answered within 2 x p99.
func TestRequestRoutedToADeletedPodIsAnswered(t *testing.T) {
	check(t, func(t *rapid.T, p99, _ time.Duration, c lifecycle.Contract) {
		require.GreaterOrEqual(t, inSeconds(c.DeregistrationDelay), 2*p99)
		require.GreaterOrEqual(t, c.DeregistrationDelay, 10)
		require.GreaterOrEqual(t, c.PreStop, 10+c.DeregistrationDelay)
		stop := c.TerminationGracePeriod - c.PreStop
		require.GreaterOrEqual(t, inSeconds(stop), 2*p99)
		require.GreaterOrEqual(t, stop, 10)
		require.GreaterOrEqual(t, inSeconds(c.IdleTimeout), 2*p99)
		require.GreaterOrEqual(t, c.IdleTimeout, 60)
	})
}

func TestModelHasTimeToLoad(t *testing.T) {
	check(t, func(t *rapid.T, _, load time.Duration, c lifecycle.Contract) {
		budget := c.Startup.Budget()
		require.GreaterOrEqual(t, inSeconds(budget), 2*time.Minute+3*load)
		require.Less(t, inSeconds(budget), 2*time.Minute+3*load+6*time.Second, "not much more either")
		require.GreaterOrEqual(t, c.ProgressDeadline, budget+260+2*(10+c.HealthCheck.Interval))
	})
}

// failures counts the questions in a row whose answers come after the timeout, where a pod answers nothing for the time silence,
// which begins when offset has passed since a question, and then everything at once.
func failures(period, timeout int, silence, offset time.Duration) (count int) {
	for asked := inSeconds(period); asked < offset+silence; asked += inSeconds(period) {
		if asked >= offset && offset+silence-asked > inSeconds(timeout) {
			count++
		}
	}
	return count
}

func TestNoProbeJudgesAPodThatIsOnlySlow(t *testing.T) {
	check(t, func(t *rapid.T, p99, _ time.Duration, c lifecycle.Contract) {
		for _, probe := range []lifecycle.Probe{
			c.Readiness,
			c.Liveness,
			{Period: c.HealthCheck.Interval, Timeout: c.HealthCheck.Timeout, FailureThreshold: c.HealthCheck.UnhealthyThreshold},
		} {
			require.LessOrEqual(t, probe.Timeout, probe.Period, "questions would overlap")
			require.True(t, inSeconds(probe.Timeout) >= p99 || probe.Timeout == 120)
			offset := time.Duration(rapid.Int64Range(0, int64(inSeconds(probe.Period))).Draw(t, "offset"))
			require.Less(t, failures(probe.Period, probe.Timeout, 2*p99, offset), probe.FailureThreshold)
		}
	})
}

func TestPodLosesItsRequestsBeforeItIsRestarted(t *testing.T) {
	check(t, func(t *rapid.T, _, _ time.Duration, c lifecycle.Contract) {
		latestReadiness := c.Readiness.Budget() + c.Readiness.Timeout
		earliestLiveness := (c.Liveness.FailureThreshold-1)*c.Liveness.Period + c.Liveness.Timeout
		require.GreaterOrEqual(t, earliestLiveness, latestReadiness)
	})
}

// figures are all numbers of a contract.
func figures(c lifecycle.Contract) []int {
	all := []int{
		c.DeregistrationDelay, c.PreStop, c.TerminationGracePeriod, c.ProgressDeadline, c.IdleTimeout,
		c.HealthCheck.Interval, c.HealthCheck.Timeout, c.HealthCheck.HealthyThreshold, c.HealthCheck.UnhealthyThreshold,
	}
	for _, probe := range []lifecycle.Probe{c.Startup, c.Readiness, c.Liveness} {
		all = append(all, probe.Period, probe.Timeout, probe.FailureThreshold)
	}
	return all
}

func TestNoFigureFallsWhenAModelIsSlower(t *testing.T) {
	check(t, func(t *rapid.T, p99, load time.Duration, c lifecycle.Contract) {
		slower := figures(lifecycle.Derive(max(p99, p99Gen.Draw(t, "slower p99")), max(load, loadGen.Draw(t, "slower load"))))
		for i, figure := range figures(c) {
			require.LessOrEqual(t, figure, slower[i], "figure %d", i)
		}
	})
}
