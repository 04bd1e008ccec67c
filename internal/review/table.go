package review

import (
	"strings"

	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// widest is the most characters of a column in a table for terminals, but for the last one.
const widest = 48

// Table is the report for a terminal, or for what is none.
func (r Report) Table(t terminal.Terminal) string {
	var b strings.Builder
	for _, line := range t.Wrap(r.Headline, 0) {
		b.WriteString(t.Paint(r.Level().Style(), line) + "\n")
	}
	for _, s := range r.sections() {
		b.WriteString("\n" + t.Paint(terminal.Bold, s.title) + "\n")
		if s.note != "" {
			for _, line := range t.Wrap(s.note, margin) {
				b.WriteString("  " + line + "\n")
			}
		}
		if len(s.rows) > 0 {
			b.WriteString(s.table(t))
		}
	}
	return b.String()
}

// margin is what stands before each line of a section.
const margin = 2

func (s section) table(t terminal.Terminal) string {
	if len(s.head) == 1 { // paragraphs
		var b strings.Builder
		for _, row := range s.rows {
			for _, text := range t.Wrap(row[0].text, margin) {
				b.WriteString(strings.TrimRight("  "+text, " ") + "\n")
			}
		}
		return b.String()
	}
	table := sheet.Of(s.head...)
	for _, cells := range s.rows {
		row := make([]any, len(cells))
		for i, c := range cells {
			text := t.Line(strings.TrimSpace(c.text + " " + c.below))
			if i < len(cells)-1 {
				text = events.Clip(text, widest)
			}
			row[i] = text
		}
		table.Add(row...)
	}
	var b strings.Builder
	for line := range strings.Lines(table.TextIn(t, margin)) {
		b.WriteString("  " + line)
	}
	return b.String()
}
