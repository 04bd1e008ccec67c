package sheet

import (
	"strings"

	"github.com/modelway/modelway/internal/terminal"
)

// TextIn is Text for a terminal, less what stands before each line. Where the columns do not fit side by side, texts and titles go on
// below, the widest first; then a last column of texts has lines of its own, and at last every column but the first. Numbers are never
// broken.
func (t *Table) TextIn(in terminal.Terminal, before int) string {
	columns := t.fitted(in.Width-before, in.Width > 0)
	var text strings.Builder
	write := func(start, line string) {
		text.WriteString(strings.TrimRight(in.Fit(start+strings.TrimRight(line, " "), before), " ") + "\n")
	}
	titles := make([]string, len(columns))
	for i := range columns {
		titles[i] = strings.ToUpper(t.titles[i])
	}
	for _, row := range append([][]string{titles}, t.rows...) {
		beside := min(len(row), len(columns))
		for _, line := range t.abreast(columns, row[:beside], in) {
			write("", line)
		}
		for i, cell := range row[beside:] {
			if cell == "" {
				continue
			}
			for _, line := range in.Wrap(t.titles[beside+i]+": "+cell, before+len(gap)) {
				write(gap, line)
			}
		}
	}
	return text.String()
}

// fitted are the columns that stand side by side: all of them where there is no terminal.
func (t *Table) fitted(room int, isTerminal bool) []column {
	all := t.columns()
	texts := all // without a last column of texts
	if last := len(all) - 1; last > 0 && !t.right[last] {
		texts = all[:last]
	}
	switch {
	case !isTerminal || squeeze(all, room, column.word):
		return all
	case squeeze(texts, room, column.word), squeeze(texts, room, column.syllable):
		return texts
	}
	all[0].width = min(all[0].width, room)
	return all[:1]
}

// gap stands between columns.
const gap = "  "

// column is how wide a column is, and how wide it must be.
type column struct {
	width int
	// numbers is the width of cells that are aligned right, which are not broken.
	numbers int
	// longest is the width of its longest word.
	longest int
}

// Widths that a text may be broken to within its words, at a hyphen where there is one, and that is enough for any.
const (
	leastOfText  = 10
	enoughOfText = 32
)

// word is the least width at which the words stay whole.
func (c column) word() int { return max(c.numbers, min(c.longest, enoughOfText)) }

// syllable is the least width.
func (c column) syllable() int { return max(c.numbers, min(c.longest, leastOfText)) }

// columns are as wide as their cells.
func (t *Table) columns() []column {
	all := make([]column, len(t.titles))
	for i, title := range t.titles {
		all[i] = column{width: terminal.Wide(strings.ToUpper(title)), longest: longestWord(strings.ToUpper(title))}
		for _, row := range t.rows {
			if i >= len(row) {
				continue
			}
			wide := terminal.Wide(row[i])
			if all[i].width = max(all[i].width, wide); t.right[i] {
				all[i].numbers = max(all[i].numbers, wide)
			}
			all[i].longest = max(all[i].longest, longestWord(row[i]))
		}
	}
	return all
}

func longestWord(text string) (wide int) {
	for word := range strings.FieldsSeq(text) {
		wide = max(wide, terminal.Wide(word))
	}
	return wide
}

// squeeze makes columns fit, the widest first and none below its least width. Where that is not enough, they stay as they are.
func squeeze(columns []column, room int, least func(column) int) bool {
	narrowest, sum := 0, 0
	for _, c := range columns {
		narrowest, sum = narrowest+least(c), sum+c.width
	}
	room -= len(gap) * (len(columns) - 1)
	if narrowest > room {
		return false
	}
	for ; sum > room; sum-- {
		widest := -1
		for i, c := range columns {
			if c.width > least(c) && (widest < 0 || c.width > columns[widest].width) {
				widest = i
			}
		}
		columns[widest].width--
	}
	return true
}

// abreast are the lines of a row, whose cells stand side by side.
func (t *Table) abreast(columns []column, cells []string, in terminal.Terminal) []string {
	parts, height := make([][]string, len(columns)), 1
	for i, cell := range cells {
		if parts[i] = []string{cell}; terminal.Wide(cell) > columns[i].width {
			parts[i] = terminal.Terminal{Width: columns[i].width, ASCII: in.ASCII}.Wrap(cell, 0)
		}
		height = max(height, len(parts[i]))
	}
	lines := make([]string, height)
	for i, c := range columns {
		for n := range lines {
			cell := ""
			if n < len(parts[i]) {
				cell = parts[i][n]
			}
			space := strings.Repeat(" ", max(0, c.width-terminal.Wide(cell)))
			if t.right[i] {
				cell, space = space+cell, ""
			}
			lines[n] += cell + space + gap
		}
	}
	return lines
}
