package repo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modelway/modelway/internal/lifecycle"
)

// paces are the models that the table of times has a column for, the default first.
var paces = []struct{ p99Latency, loadTime string }{{"1s", "1m"}, {"250ms", "10s"}, {"20s", "3m"}, {"2m", "20m"}}

// times are the rows of the table: a figure, the formula of internal/lifecycle in words, and its value.
var times = []struct {
	figure, formula string
	value           func(lifecycle.Contract) string
}{
	{"deregistration delay", "2 × p99Latency, at least 10", func(c lifecycle.Contract) string { return seconds(c.DeregistrationDelay) }},
	{"preStop sleep", "10 + deregistration delay", func(c lifecycle.Contract) string { return seconds(c.PreStop) }},
	{"left after SIGTERM", "2 × p99Latency, at least 10",
		func(c lifecycle.Contract) string { return seconds(c.TerminationGracePeriod - c.PreStop) }},
	{"termination grace period", "the two above", func(c lifecycle.Contract) string { return seconds(c.TerminationGracePeriod) }},
	{"time to load", "120 + 3 × loadTime", func(c lifecycle.Contract) string { return seconds(c.Startup.Budget()) }},
	{"readiness probe", "p99Latency, at least 5; 2 failures", func(c lifecycle.Contract) string { return probe(c.Readiness) }},
	{"liveness probe", "p99Latency, at least 20; 3 failures", func(c lifecycle.Contract) string { return probe(c.Liveness) }},
	{"timeout of the last two", "p99Latency, at least 5", func(c lifecycle.Contract) string { return seconds(c.Liveness.Timeout) }},
	{"health check of the target group", "p99Latency, 5 to 120, and 5 of pause; 2 failures or more", func(c lifecycle.Contract) string {
		return fmt.Sprintf("%d s × %d", c.HealthCheck.Interval, c.HealthCheck.UnhealthyThreshold)
	}},
	{"timeout of the health check", "its interval − 5", func(c lifecycle.Contract) string { return seconds(c.HealthCheck.Timeout) }},
	{"a rollout has failed after", "260 + time to load + 2 × (10 + health check interval)",
		func(c lifecycle.Contract) string { return seconds(c.ProgressDeadline) }},
	{"idle timeout of its load balancer", "2 × p99Latency of its slowest model, at least 60",
		func(c lifecycle.Contract) string { return seconds(c.IdleTimeout) }},
}

func seconds(n int) string { return fmt.Sprintf("%d s", n) }

func probe(p lifecycle.Probe) string { return fmt.Sprintf("%d s × %d", p.Period, p.FailureThreshold) }

// TestTimesAreCurrent compares the table of times in docs/models.md with internal/lifecycle; with -update it writes the table.
func TestTimesAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| figure | from, in seconds |")
	for _, pace := range paces {
		fmt.Fprintf(&b, " %s, %s |", pace.p99Latency, pace.loadTime)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(paces)) + "\n")
	for _, row := range times {
		fmt.Fprintf(&b, "| %s | %s |", row.figure, row.formula)
		for _, pace := range paces {
			fmt.Fprintf(&b, " %s |", row.value(lifecycle.Derive(duration(t, pace.p99Latency), duration(t, pace.loadTime))))
		}
		b.WriteString("\n")
	}
	requireTable(t, "docs/models.md", "<!-- Generated from internal/lifecycle by `go test ./test/repo -update`. Do not edit. -->\n",
		b.String())
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
