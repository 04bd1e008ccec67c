package review

import (
	"strings"

	"github.com/modelway/modelway/internal/sheet"
)

// widest is the most characters of a column in a table for terminals, but for the last one.
const widest = 48

// The escape sequences of a terminal that are used.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	green = "\x1b[1;32m"
	amber = "\x1b[1;33m"
	plain = "\x1b[0m"
)

// Table is the report for terminals. Colour is for those that show it.
func (r Report) Table(colour bool) string {
	paint := func(code, text string) string {
		if !colour {
			return text
		}
		return code + text + plain
	}
	var b strings.Builder
	b.WriteString(paint(map[string]string{"🛑": red, "⚠️": amber, "✅": green}[r.icon()], visible(r.Headline)) + "\n")
	for _, s := range r.sections() {
		b.WriteString("\n" + paint(bold, s.title) + "\n")
		if s.note != "" {
			b.WriteString("  " + visible(s.note) + "\n")
		}
		if len(s.rows) > 0 {
			b.WriteString(s.table())
		}
	}
	return b.String()
}

func (s section) table() string {
	if len(s.head) == 1 { // paragraphs
		var b strings.Builder
		for _, row := range s.rows {
			for text := range strings.SplitSeq(row[0].text, "\n") {
				b.WriteString(strings.TrimRight("  "+visible(text), " ") + "\n")
			}
		}
		return b.String()
	}
	table := sheet.Of(s.head...)
	for _, cells := range s.rows {
		row := make([]any, len(cells))
		for i, c := range cells {
			text := visible(strings.TrimSpace(c.text + " " + c.below))
			if i < len(cells)-1 {
				text = clip(text, widest)
			}
			row[i] = text
		}
		table.Add(row...)
	}
	var b strings.Builder
	for line := range strings.Lines(table.Text()) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// visible is a text on one line, without what a terminal would act on.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}
