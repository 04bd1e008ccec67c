package load

import (
	"maps"
	"regexp"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// Result is how requests were answered, so far or in all.
type Result struct {
	Plan Plan
	// Begun is the number of requests that were sent, and Answered how many of them have ended, with an answer or without.
	Begun, Answered int64
	// Took is the time since the first request was begun.
	Took time.Duration
	// Codes counts answers by their HTTP status.
	Codes map[int]int64
	// Faults counts requests without an answer by the reason.
	Faults map[string]int64
	// Slow counts answers that are no server error and took longer than [Plan.Slow]; 0 without such a bound.
	Slow int64
	// Percentiles of the time from a request's begin to the end of its answer, or to its failure.
	P50, P95, P99, Max time.Duration
	// LastBody is the beginning of the last answer that refused a request (4xx), or else of the last server error.
	LastBody string
}

// Bad is the number of requests that count against availability: server errors (5xx), and those without an answer.
func (r Result) Bad() int64 {
	bad := int64(0)
	for code, n := range r.Codes {
		if code >= 500 {
			bad += n
		}
	}
	for _, n := range r.Faults {
		bad += n
	}
	return bad
}

// Good is the number of requests that were done: status 2xx.
func (r Result) Good() (good int64) {
	for code, n := range r.Codes {
		if code >= 200 && code < 300 {
			good += n
		}
	}
	return good
}

// Late says whether requests were begun at less than nine tenths of the asked rate: as many as may be were under way, or this machine
// cannot send more.
func (r Result) Late() bool {
	return r.Took >= time.Second && float64(r.Begun) < 0.9*float64(r.Plan.Rate)*min(r.Took, r.Plan.For).Seconds()
}

// tally counts answers.
type tally struct {
	plan  Plan
	began time.Time
	r     Result
	times vegeta.Metrics
}

func newTally(p Plan) *tally {
	return &tally{plan: p, began: time.Now(), r: Result{Plan: p, Codes: map[int]int64{}, Faults: map[string]int64{}}}
}

func (t *tally) add(answer *vegeta.Result) {
	t.r.Answered++
	t.times.Add(answer)
	code := int(answer.Code)
	if code == 0 {
		t.r.Faults[reason(answer.Error)]++
		return
	}
	t.r.Codes[code]++
	if t.plan.Slow > 0 && code < 500 && answer.Latency > t.plan.Slow {
		t.r.Slow++
	}
	if code >= 400 && (code < 500 || t.r.LastBody == "") {
		t.r.LastBody = string(answer.Body)
	}
}

// result is what was counted, with maps of its own.
func (t *tally) result(begun int64) Result {
	r := t.r
	r.Begun, r.Took = begun, time.Since(t.began)
	r.Codes, r.Faults = maps.Clone(t.r.Codes), maps.Clone(t.r.Faults)
	if t.r.Answered > 0 {
		t.times.Close()
		latency := t.times.Latencies
		r.P50, r.P95, r.P99, r.Max = latency.P50, latency.P95, latency.P99, latency.Max
	}
	return r
}

// sender is the address that a connection was opened from.
var sender = regexp.MustCompile(`\S+->`)

// reason is what a request failed of, without its URL and without the port that it was sent from, by which no two would be alike.
func reason(text string) string {
	if _, after, found := strings.Cut(text, `": `); found {
		text = after
	}
	return sender.ReplaceAllString(text, "")
}
