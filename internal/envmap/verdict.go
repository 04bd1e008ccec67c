package envmap

import "github.com/modelway/modelway/internal/review"

// Verdict is what a change comes to.
type Verdict struct {
	// Level is bad where the change needs a person's decision, look where something is worth a look, and good otherwise.
	Level string `json:"level"`
	// Text is the report in one line.
	Text string `json:"text"`
}

// verdictOf is nil without a report. A change is bad where report --fail-on breaking,refused,policy,headroom fails.
func verdictOf(r *review.Report) *Verdict {
	if r == nil {
		return nil
	}
	v := &Verdict{Level: "good", Text: r.Headline}
	conditions := []review.Condition{{Kind: review.OnBreaking}, {Kind: review.OnRefused}, {Kind: review.OnPolicy}, {Kind: review.OnHeadroom}}
	switch {
	case len(r.Evaluate(conditions)) > 0:
		v.Level = "bad"
	case len(r.Policies) > 0 || len(r.AffectedModels) > 0 || len(r.Warnings) > 0:
		v.Level = "look"
	}
	return v
}
