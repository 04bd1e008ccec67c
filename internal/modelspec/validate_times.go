package modelspec

import (
	"fmt"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/lifecycle"
)

func (e *entry) validateTimes() {
	e.validateTime("p99Latency", e.model.P99Latency, lifecycle.MinP99Latency, lifecycle.MaxP99Latency)
	e.validateTime("loadTime", e.model.LoadTime, lifecycle.MinLoadTime, lifecycle.MaxLoadTime)
}

func (e *entry) validateTime(key, text string, low, high time.Duration) {
	if e.Rejected(key) {
		return
	}
	allowed := fmt.Sprintf("%s to %s", shortest(low), shortest(high))
	switch value, err := time.ParseDuration(text); {
	case err != nil:
		e.Fault(e.Origin(key), fmt.Sprintf("%q is not a duration", text), allowed, `write a number and a unit, such as "250ms", "20s" or "5m"`)
	case value < low || value > high:
		e.Fault(e.Origin(key), fmt.Sprintf("%q is out of range", text), allowed, "write a time within the range")
	}
}

// Lifecycle derives the model's probes, drain times and health checks. The model must be valid.
func (m Model) Lifecycle() lifecycle.Contract {
	latency, _ := time.ParseDuration(m.P99Latency)
	load, _ := time.ParseDuration(m.LoadTime)
	return lifecycle.Derive(latency, load)
}

// shortest writes a duration without units that are zero: 1m, and not 1m0s.
func shortest(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
