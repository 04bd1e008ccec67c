package envmap

import "github.com/modelway/modelway/internal/review"

// Verdict is what a change comes to.
type Verdict struct {
	// Level is bad where the change breaks something, is forbidden or failed, look where it is worth a look, and good otherwise.
	Level review.Level `json:"level"`
	// Text is the report in one line.
	Text string `json:"text"`
}

// verdictOf is nil without a report.
func verdictOf(r *review.Report) *Verdict {
	if r == nil {
		return nil
	}
	return &Verdict{Level: r.Level(), Text: r.Headline}
}
