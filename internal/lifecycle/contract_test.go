package lifecycle_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/lifecycle"
)

func TestDerive(t *testing.T) {
	for _, test := range []struct {
		name      string
		p99, load time.Duration
		want      lifecycle.Contract
	}{
		{"defaults", lifecycle.DefaultP99Latency, lifecycle.DefaultLoadTime, lifecycle.Contract{
			DeregistrationDelay: 10, PreStop: 20, TerminationGracePeriod: 30,
			Startup:          lifecycle.Probe{Period: 2, Timeout: 5, FailureThreshold: 150}, // five minutes
			Readiness:        lifecycle.Probe{Period: 5, Timeout: 5, FailureThreshold: 2},
			Liveness:         lifecycle.Probe{Period: 20, Timeout: 5, FailureThreshold: 3},
			HealthCheck:      lifecycle.HealthCheck{Interval: 10, Timeout: 5, HealthyThreshold: 2, UnhealthyThreshold: 2},
			ProgressDeadline: 600, IdleTimeout: 60,
		}},
		{"the fastest", lifecycle.MinP99Latency, lifecycle.MinLoadTime, lifecycle.Contract{
			DeregistrationDelay: 10, PreStop: 20, TerminationGracePeriod: 30,
			Startup:          lifecycle.Probe{Period: 2, Timeout: 5, FailureThreshold: 62},
			Readiness:        lifecycle.Probe{Period: 5, Timeout: 5, FailureThreshold: 2},
			Liveness:         lifecycle.Probe{Period: 20, Timeout: 5, FailureThreshold: 3},
			HealthCheck:      lifecycle.HealthCheck{Interval: 10, Timeout: 5, HealthyThreshold: 2, UnhealthyThreshold: 2},
			ProgressDeadline: 424, IdleTimeout: 60,
		}},
		{"a slow one", 30500 * time.Millisecond, 10*time.Minute + time.Millisecond, lifecycle.Contract{
			DeregistrationDelay: 61, PreStop: 71, TerminationGracePeriod: 132,
			Startup:          lifecycle.Probe{Period: 2, Timeout: 5, FailureThreshold: 962},
			Readiness:        lifecycle.Probe{Period: 31, Timeout: 31, FailureThreshold: 2},
			Liveness:         lifecycle.Probe{Period: 31, Timeout: 31, FailureThreshold: 3},
			HealthCheck:      lifecycle.HealthCheck{Interval: 36, Timeout: 31, HealthyThreshold: 2, UnhealthyThreshold: 2},
			ProgressDeadline: 2276, IdleTimeout: 61,
		}},
		{"the slowest", lifecycle.MaxP99Latency, lifecycle.MaxLoadTime, lifecycle.Contract{
			DeregistrationDelay: 600, PreStop: 610, TerminationGracePeriod: 1210,
			Startup:          lifecycle.Probe{Period: 2, Timeout: 5, FailureThreshold: 5460},
			Readiness:        lifecycle.Probe{Period: 300, Timeout: 300, FailureThreshold: 2},
			Liveness:         lifecycle.Probe{Period: 300, Timeout: 300, FailureThreshold: 3},
			HealthCheck:      lifecycle.HealthCheck{Interval: 125, Timeout: 120, HealthyThreshold: 2, UnhealthyThreshold: 5},
			ProgressDeadline: 11450, IdleTimeout: 600,
		}},
	} {
		require.Equal(t, test.want, lifecycle.Derive(test.p99, test.load), test.name)
	}
}

func TestIdleTimeoutIsTheLongestOfAll(t *testing.T) {
	contract := func(p99 time.Duration) lifecycle.Contract { return lifecycle.Derive(p99, lifecycle.DefaultLoadTime) }
	require.Equal(t, 60, lifecycle.IdleTimeout())
	require.Equal(t, 60, lifecycle.IdleTimeout(contract(time.Second)))
	require.Equal(t, 240, lifecycle.IdleTimeout(contract(time.Second), contract(2*time.Minute), contract(time.Minute)))
}

func TestKeepAliveOutlivesTheIdleTimeout(t *testing.T) {
	require.Equal(t, 75, lifecycle.KeepAlive(lifecycle.IdleTimeout()))
	require.Equal(t, 615, lifecycle.KeepAlive(600))
}

func ExampleDerive() {
	c := lifecycle.Derive(20*time.Second, 3*time.Minute)
	fmt.Printf("deregistration delay %d < preStop %d < termination grace period %d\n", c.DeregistrationDelay, c.PreStop,
		c.TerminationGracePeriod)
	fmt.Printf("the model has %d seconds to load\n", c.Startup.Budget())
	// Output:
	// deregistration delay 40 < preStop 50 < termination grace period 90
	// the model has 660 seconds to load
}

func BenchmarkDerive(b *testing.B) {
	for b.Loop() {
		lifecycle.Derive(lifecycle.MaxP99Latency, lifecycle.MaxLoadTime)
	}
}
