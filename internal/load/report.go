package load

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/sheet"
)

// Line is how a run stands, in one line.
func (r Result) Line() string {
	return fmt.Sprintf("%.0f s of %s: %d sent, %d answered, %d failed, p95 %s, p99 %s", r.Took.Seconds(), r.Plan.For, r.Begun, r.Answered,
		r.Answered-r.Good(), rounded(r.P95), rounded(r.P99))
}

// Text is the result for a terminal.
func (r Result) Text(spent []Spending) string {
	var text strings.Builder
	seconds := min(r.Took, r.Plan.For).Seconds()
	fmt.Fprintf(&text, "%d requests in %.0f s (%.1f a second, asked for %d)\n", r.Begun, seconds, float64(r.Begun)/seconds, r.Plan.Rate)
	if r.Late() {
		fmt.Fprintf(&text, "The rate was not kept: %d requests were under way, or this machine sends no more. Latencies do not count the time "+
			"for which a request waited before it was begun\n", r.Plan.InFlight)
	}
	if r.Answered == 0 {
		return text.String() + "No request has ended\n"
	}
	latencies := sheet.Of("latency", "p50:", "p95:", "p99:", "max:")
	latencies.Add("", rounded(r.P50), rounded(r.P95), rounded(r.P99), rounded(r.Max))
	text.WriteString("\n" + latencies.Text() + "\n" + r.counts().Text())
	if body := strings.Join(strings.Fields(r.LastBody), " "); body != "" {
		fmt.Fprintf(&text, "\nThe last answer that was refused says: %.200s\n", body)
	}
	if len(spent) > 0 {
		budget := sheet.Of("error budget", "broken:", "burn rate:", "used of it:")
		for _, s := range spent {
			budget.Add(s.What, fmt.Sprintf("%d of %d", s.Bad, s.All), fmt.Sprintf("%.2f", s.Rate), fmt.Sprintf("%.3f %%", 100*s.Used))
		}
		text.WriteString("\n" + budget.Text())
	}
	return text.String()
}

// counts is how often each status and each reason was there.
func (r Result) counts() *sheet.Table {
	counts := sheet.Of("answer", "requests:", "share:")
	add := func(what string, n int64) {
		counts.Add(what, n, fmt.Sprintf("%.2f %%", 100*float64(n)/float64(r.Answered)))
	}
	for _, code := range slices.Sorted(maps.Keys(r.Codes)) {
		add(strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code))), r.Codes[code])
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Faults)) {
		add("none: "+reason, r.Faults[reason])
	}
	return counts
}

// rounded has three digits or so.
func rounded(d time.Duration) time.Duration {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond)
	case d >= 10*time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(10 * time.Microsecond)
}
