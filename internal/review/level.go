package review

import "github.com/modelway/modelway/internal/terminal"

// Level is how much a change asks of whoever reviews it.
type Level string

const (
	// Good is a change in which nothing stands out.
	Good Level = "good"
	// Look is a change to look closer at.
	Look Level = "look"
	// Bad is a change that breaks something, is forbidden, or whose preview failed.
	Bad Level = "bad"
)

// Level is that of the change. A reason allows what breaks, never what AWS refuses.
func (r Report) Level() Level {
	mandatories, _ := r.violations()
	switch {
	case r.Failed, len(r.Tripped) > 0, mandatories > 0, len(r.refused()) > 0, len(r.Breaking) > 0 && r.Allowed == "":
		return Bad
	case len(r.Breaking) > 0, r.advised() > 0, len(r.Egress) > 0, r.upgrade() != "", r.Partial != "", len(r.Unseen) > 0,
		len(r.marked(MarkOver))+len(r.marked(MarkFull)) > 0:
		return Look
	}
	return Good
}

// icon is the level in a comment on GitHub.
func (l Level) icon() string { return map[Level]string{Good: "✅", Look: "⚠️", Bad: "🛑"}[l] }

// Style is the level on a terminal.
func (l Level) Style() string {
	return map[Level]string{Good: terminal.Green, Look: terminal.Amber, Bad: terminal.Red}[l]
}
