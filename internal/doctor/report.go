package doctor

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modelway/modelway/internal/sheet"
)

// Text is one line for each check and, below it, what it found, for a terminal with so many columns. Commands stay on one line, to be
// copied.
func Text(results []Result, columns int) string {
	wide := 0
	for _, r := range results {
		wide = max(wide, len(r.Check))
	}
	var b strings.Builder
	for _, r := range results {
		about := r.Title
		switch {
		case r.State == Absent || r.State == Unread:
			about = r.Note
		case len(r.Findings) > 0:
			about = "does not hold: " + strings.ToLower(about[:1]) + about[1:]
		}
		if r.Note != "" && about != r.Note {
			about += " (" + r.Note + ")"
		}
		head := fmt.Sprintf("%-7s  %-*s  ", r.State, wide, r.Check)
		fold(&b, columns, head, strings.Repeat(" ", len(head)), about)
		for _, f := range r.Findings {
			fold(&b, columns, "    "+string(f.Severity)+": ", "      ", f.Object+": "+f.Seen)
			fold(&b, columns, "      fix: ", "           ", f.Fix)
			if f.Command != "" {
				b.WriteString("           " + f.Command + "\n")
			}
		}
	}
	return b.String()
}

// Summary is the last line.
func Summary(results []Result) string {
	count := map[State]int{}
	findings := map[Severity]int{}
	for _, r := range results {
		count[r.State]++
		for _, f := range r.Findings {
			findings[f.Severity]++
		}
	}
	return fmt.Sprintf("%s: %d ok, %d with nothing to look at, %d could not look; %s and %s", sheet.Count(len(results), "check"), count[OK],
		count[Absent], count[Unread], sheet.Count(findings[Error], "error"), sheet.Count(findings[Warning], "warning"))
}

// Broken reports whether a check found an error.
func Broken(results []Result) bool {
	return slices.ContainsFunc(results, func(r Result) bool { return r.State == Failed })
}

// Blind reports whether no check could look at anything.
func Blind(results []Result) bool {
	return !slices.ContainsFunc(results, func(r Result) bool { return r.State != Unread })
}

// fold writes a text in lines of so many columns at most, as far as its words let it.
func fold(b *strings.Builder, columns int, first, others, text string) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line, empty = others, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
