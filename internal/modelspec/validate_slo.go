package modelspec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/metrics"
)

func (e *entry) validateOwner() {
	owner := e.model.Owner
	if !e.Given("owner") || e.Rejected("owner") || isLabel(owner, maxLabelLength) {
		return
	}
	e.Fault(e.Origin("owner"), strconv.Quote(owner)+" is not the name of a team", fmt.Sprintf(labelAllowed, maxLabelLength),
		"write owner: "+teamName(owner))
}

func (e *entry) validateSLO() {
	e.validateAvailability()
	e.validateLatency()
}

func (e *entry) validateAvailability() {
	at, text := e.Origin("slo.availability"), e.model.SLO.Availability
	if e.Rejected("slo.availability") || e.Rejected("slo") {
		return
	}
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	value, err := ParseAvailability(strings.TrimSpace(number))
	switch {
	case err != nil:
		e.Fault(at, fmt.Sprintf("%q is not a percentage", text), availabilityAllowed, "write a percentage, "+DefaultAvailability)
	case value > 0 && value <= 1 && inAvailability(value*100):
		e.Fault(at, text+" is a fraction, not a percentage", availabilityAllowed, "write the number alone, "+
			strconv.FormatFloat(value*100, 'f', -1, 64))
	case value > MaxAvailability:
		e.Fault(at, text+" is more than the load balancer in front of a model promises", availabilityAllowed,
			fmt.Sprintf("write %v or less", MaxAvailability))
	case !inAvailability(value):
		e.Fault(at, text+" is so low that the fastest alert could never fire", availabilityAllowed,
			fmt.Sprintf("write %v or more", MinAvailability))
	case percent || number != text:
		e.Fault(at, fmt.Sprintf("%q is not a number", text), availabilityAllowed, "write the number alone, "+strings.TrimSpace(number))
	}
}

// validateLatency requires a bucket of the server's histogram: what lies between two could only be guessed.
func (e *entry) validateLatency() {
	if !e.Given("slo.latency") || e.Rejected("slo.latency") {
		return
	}
	bounds := metrics.Objectives(e.model.Files.Format)
	names := make([]string, len(bounds))
	for i, bound := range bounds {
		names[i] = shortest(bound)
	}
	at, text, allowed := e.Origin("slo.latency"), e.model.SLO.Latency, strings.Join(names, ", ")
	latency, err := time.ParseDuration(text)
	if err != nil {
		e.Fault(at, fmt.Sprintf("%q is not a duration", text), allowed, `write a number and a unit, such as "250ms" or "5s"`)
		return
	}
	if slices.Contains(bounds, latency) {
		return
	}
	proposed, found := metrics.Within(latency, bounds)
	if !found {
		proposed = bounds[len(bounds)-1]
	}
	e.Fault(at, fmt.Sprintf("%q is not one of the times that the model's server counts requests by", text), allowed, "write latency: "+
		shortest(proposed))
}
