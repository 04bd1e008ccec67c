package modelspec

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/modelway/modelway/internal/metrics"
)

// SLO are service level objectives over 30 days: what part of the requests may fail, and how long all but one in a hundred may take. What
// the rest may do is the error budget.
type SLO struct {
	// Availability is the percentage of requests that are not answered with a status 5xx, 95 to 99.99, default 99.9.
	Availability string `json:"availability,omitempty" jsonschema:"format=quantity"`

	// Latency is the time in which 99 of 100 requests are answered, one of 5ms, 10ms, 25ms, 50ms, 100ms, 200ms, 250ms, 300ms, 500ms, 750ms,
	// 1s, 2s, 2.5s, 5s, 10s, 20s, 30s, 1m, 2m and 5m, which are the buckets that servers count in; of files that KServe's own servers
	// serve one of 5ms, 10ms, 25ms, 50ms, 100ms, 250ms, 500ms, 750ms, 1s, 2.5s, 5s and 10s. Default the first of them that is not below
	// p99Latency.
	Latency string `json:"latency,omitempty"`
}

// The range of Availability, in percent. Below the lowest, requests that all fail would not burn the budget fast enough for the fastest
// alert; the highest is what AWS promises for a load balancer (https://aws.amazon.com/elasticloadbalancing/sla/).
const (
	MinAvailability = 95
	MaxAvailability = 99.99
)

var availabilityAllowed = fmt.Sprintf("%v to %v", MinAvailability, MaxAvailability)

// decimal is a number as people write percentages: without a sign but a minus, and without an exponent.
var decimal = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// ParseAvailability reads a percentage such as 99.9. The error completes a sentence about the text.
func ParseAvailability(text string) (percent float64, err error) {
	if percent, err = strconv.ParseFloat(text, 64); err != nil || !decimal.MatchString(text) {
		return 0, fmt.Errorf("is not a percentage")
	}
	return percent, nil
}

func inAvailability(percent float64) bool {
	return percent >= MinAvailability && percent <= MaxAvailability
}

// Budget is the part of requests that may fail, such as 0.001. The model must be valid.
func (s SLO) Budget() float64 {
	percent, _ := ParseAvailability(s.Availability)
	return 1 - percent/100
}

// LatencyObjective is SLO.Latency as a duration; false where the model has none, since its server has no bucket for it. The model must be
// valid.
func (m Model) LatencyObjective() (time.Duration, bool) {
	latency, err := time.ParseDuration(m.SLO.Latency)
	return latency, err == nil
}

// defaultLatency is the first bucket of the model's server that holds its p99 latency, "" where there is none.
func defaultLatency(m Model) string {
	latency, err := time.ParseDuration(m.P99Latency)
	if err != nil {
		return ""
	}
	bound, found := metrics.Within(latency, metrics.Objectives(m.Files.Format))
	if !found {
		return ""
	}
	return shortest(bound)
}
