// Package sheet lays out tables, for terminals and in Markdown.
package sheet

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/terminal"
)

// Table is columns and rows. A row has a cell for each column, or fewer.
type Table struct {
	titles []string
	right  []bool
	rows   [][]string
}

// Of returns a table with columns of the titles. A title that ends in a colon aligns its column right, as in Markdown.
func Of(titles ...string) *Table {
	t := &Table{}
	for _, title := range titles {
		title, right := strings.CutSuffix(title, ":")
		t.titles, t.right = append(t.titles, title), append(t.right, right)
	}
	return t
}

// Add adds a row. What is not a text is written as fmt writes it.
func (t *Table) Add(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = fmt.Sprint(cell)
	}
	t.rows = append(t.rows, row)
}

// Empty says that the table has no rows.
func (t *Table) Empty() bool { return len(t.rows) == 0 }

// Text is the table with aligned columns, titles in capitals, and no space at the end of lines.
func (t *Table) Text() string { return t.TextIn(terminal.Terminal{}, 0) }

// Markdown is the table as GitHub reads it (https://github.github.com/gfm/#tables-extension-).
func (t *Table) Markdown() string {
	rule := make([]string, len(t.titles))
	for i, right := range t.right {
		if rule[i] = "---"; right {
			rule[i] = "---:"
		}
	}
	text := Row(t.titles...) + Row(rule...)
	for _, row := range t.rows {
		cells := make([]string, len(t.titles))
		for i, cell := range row {
			cells[i] = Prose(cell)
		}
		text += Row(cells...)
	}
	return text
}

// Row is a row of a table in Markdown, of cells that are Markdown.
func Row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

var (
	inCode  = strings.NewReplacer("`", "'", "|", `\|`, "\n", " ", "\r", " ")
	inURL   = strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "|", "%7C", "\n", "", "\r", "")
	inProse = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "@", "&#64;", "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`,
		"#", "&#35;", "\r", "", "\n", "<br>")
)

// Prose is a text in Markdown: it keeps the text from being taken for Markdown, from notifying people, and from leaving its cell.
func Prose(text string) string { return inProse.Replace(strings.ToValidUTF8(text, "?")) }

// URL is an address as links of Markdown have it: one that cannot end the link.
func URL(address string) string {
	return inURL.Replace(strings.ToValidUTF8(address, "?"))
}

// Code is a text in Markdown as code, since names may hold anything; empty where the text is.
func Code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + inCode.Replace(strings.ToValidUTF8(text, "?")) + "`"
}
