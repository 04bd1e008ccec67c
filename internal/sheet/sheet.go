// Package sheet lays out tables, for terminals and in Markdown.
package sheet

import (
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// Column is one column of a table.
type Column struct {
	// Title of the column.
	Title string
	// Right aligns numbers at their end. Default left.
	Right bool
}

// Table is columns and rows. A row has a cell for each column, or fewer.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Text is the table with aligned columns, titles in capitals, and no space at the end of lines.
func (t Table) Text() string {
	widths := make([]int, len(t.Columns))
	titles := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		titles[i] = strings.ToUpper(column.Title)
	}
	lines := append([][]string{titles}, t.Rows...)
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	writer := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, line := range lines {
		cells := make([]string, len(line))
		for i, cell := range line {
			if cells[i] = cell; t.Columns[i].Right {
				cells[i] = strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + cell
			}
		}
		_, _ = writer.Write([]byte(strings.Join(cells, "\t") + "\n")) // a strings.Builder takes everything
	}
	_ = writer.Flush()
	return trimLines(text.String())
}

func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// special are characters that would end a cell or a line of a Markdown table, or start markup in it.
var special = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`")

// Markdown is the table as GitHub reads it (https://github.github.com/gfm/#tables-extension-).
func (t Table) Markdown() string {
	var text strings.Builder
	line := func(cells []string) { text.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	titles, rule := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, column := range t.Columns {
		titles[i], rule[i] = column.Title, "---"
		if column.Right {
			rule[i] = "---:"
		}
	}
	line(titles)
	line(rule)
	for _, row := range t.Rows {
		cells := make([]string, len(t.Columns))
		for i, cell := range row {
			cells[i] = special.Replace(cell)
		}
		line(cells)
	}
	return text.String()
}
