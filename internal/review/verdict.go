package review

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/sheet"
)

// Condition is one that fails a run: one of --fail-on.
type Condition struct {
	// Kind is breaking, refused, policy, cost or headroom.
	Kind string
	// Over is the increase a month that cost allows.
	Over pricing.USD
}

// The kinds of conditions.
const (
	OnBreaking = "breaking"
	OnRefused  = "refused"
	OnPolicy   = "policy"
	OnCost     = "cost"
	OnHeadroom = "headroom"
)

// onFailed is the condition that every list has: what a failed preview would change is not known.
const onFailed = "failed"

// String is the condition as it is written.
func (c Condition) String() string {
	if c.Kind == OnCost {
		return fmt.Sprintf("cost>%s", strings.TrimSuffix(c.Over.String(), ".00"))
	}
	return c.Kind
}

// Tripped is a condition that holds.
type Tripped struct {
	// Condition as it was written; failed where the preview failed.
	Condition string `json:"condition"`
	// Reason says why it holds.
	Reason string `json:"reason"`
}

// ParseFailOn reads a list of conditions with commas between: breaking, refused, policy, headroom, and cost>N, N being US dollars a month.
// Every fault is in the error.
func ParseFailOn(list string) ([]Condition, error) {
	var conditions []Condition
	var faults []error
	for _, word := range strings.Split(list, ",") {
		word = strings.TrimSpace(word)
		amount, isCost := strings.CutPrefix(word, "cost>")
		switch {
		case word == "" && strings.TrimSpace(list) == "":
		case slices.Contains([]string{OnBreaking, OnRefused, OnPolicy, OnHeadroom}, word):
			conditions = append(conditions, Condition{Kind: word})
		case isCost:
			usd, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
			if err != nil || !(usd >= 0 && usd <= 1e9) {
				faults = append(faults, fmt.Errorf("%q: %q is not an amount; allowed: 0 to 1000000000 US dollars a month, such as cost>100", word,
					amount))
				continue
			}
			conditions = append(conditions, Condition{Kind: OnCost, Over: pricing.USD(usd * float64(pricing.Dollar))})
		default:
			faults = append(faults, fmt.Errorf("%q is not a condition; allowed: breaking, refused, policy, headroom, cost>N, with commas between",
				word))
		}
	}
	return conditions, errors.Join(faults...)
}

// Judge is the report with what Evaluate finds. Breaking changes are allowed where there is a reason, those that AWS refuses never are.
func (r Report) Judge(conditions []Condition, allowed string) Report {
	r.Allowed = strings.TrimSpace(allowed)
	r.Tripped = r.Evaluate(conditions)
	r.Headline = r.headline()
	return r
}

// Evaluate gives the conditions that hold. Where a preview does not tell what a condition needs, it holds, and the reason says what to do.
// A failed preview fails every list but the empty one.
func (r Report) Evaluate(conditions []Condition) []Tripped {
	tripped := []Tripped{}
	if r.Failed && len(conditions) > 0 {
		tripped = append(tripped, Tripped{onFailed, "the preview failed"})
	}
	for _, c := range conditions {
		if reason := r.holds(c); reason != "" {
			tripped = append(tripped, Tripped{c.String(), reason})
		}
	}
	return tripped
}

func (r Report) holds(c Condition) string {
	switch c.Kind {
	case OnBreaking:
		if len(r.Breaking) > 0 && r.Allowed == "" {
			return sheet.Count(len(r.Breaking), "breaking change")
		}
		if len(r.Unseen) > 0 && r.Allowed == "" {
			return "whether it breaks something cannot be told of a setting that the preview does not show: " + list(r.Unseen)
		}
	case OnRefused: // a reason for what breaks does not change what AWS takes
		if refused := r.refused(); len(refused) > 0 {
			return fmt.Sprintf("AWS will refuse %s: %s: %s", sheet.Count(len(refused), "change"), refused[0].Name, refused[0].Refused)
		}
	case OnPolicy:
		if mandatories, _ := r.violations(); mandatories > 0 {
			return sheet.Count(mandatories, "mandatory policy violation")
		}
		if !r.PoliciesTold {
			return "the digest has no policy results: preview with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"
		}
		if len(r.PolicyPacks) == 0 && !r.Failed {
			return "no policy pack ran: preview with --policy-pack policies"
		}
	case OnCost:
		switch {
		case r.Partial != "":
			return "the cost cannot be told: " + r.Partial
		case r.Cost == nil:
			return "the cost cannot be told: " + r.CostNote
		case pricing.USD(r.Cost.Total.Change) > c.Over:
			return r.Cost.Total.Change.Signed() + " USD a month"
		}
	case OnHeadroom:
		if r.Partial != "" {
			return "the headroom cannot be told: " + r.Partial
		}
		if over := r.marked(MarkOver); len(over) > 0 {
			return "more than there is: " + strings.Join(over, ", ")
		}
	}
	return ""
}

// marked are the quotas with a mark.
func (r Report) marked(mark string) (names []string) {
	for _, h := range r.Headroom {
		if h.Mark == mark {
			names = append(names, h.Of)
		}
	}
	return names
}
