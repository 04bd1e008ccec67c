package review

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
)

// CommentLimit is the most characters of a comment on GitHub; a longer one is refused
// (https://github.com/telia-oss/github-pr-resource/issues/259). Bytes are counted here, of which there are never fewer.
const CommentLimit = 65_536

// least is the smallest limit that has room for the marker, the headline and the note about what is cut.
const least = 2_048

// Marker is the hidden first line of a stack's comment, by which a later run finds the comment to replace.
func Marker(stack string) string {
	return "<!-- modelway-report:" + events.Clip(unsafeInMarker.ReplaceAllString(stack, "-"), 100) + " -->"
}

// unsafeInMarker is what stack names do not have (https://www.pulumi.com/docs/iac/concepts/stacks/#create-a-stack).
var unsafeInMarker = regexp.MustCompile(`[^A-Za-z0-9_.]+`)

// Markdown is the report for a comment on a pull request. It has at most limit bytes, and not more than CommentLimit; a limit below 2048
// counts as that. Where something does not fit it says what is cut.
func (r Report) Markdown(limit int) string {
	limit = max(least, min(limit, CommentLimit))
	var b strings.Builder
	b.WriteString(Marker(r.Stack) + "\n### " + r.Level().icon() + " " + sheet.Prose(r.Headline) + "\n")
	if r.links.Map != "" {
		b.WriteString("\n[The map of this environment](" + sheet.URL(r.links.Map) + ")\n")
	}
	var cut []string
	sections := r.sections()
	for i, s := range sections {
		room := limit - b.Len() - least/8
		if i < len(sections)-1 {
			room /= 2 // a long section leaves room for those behind it
		}
		text, rows := s.markdown(room, r.links)
		if rows > 0 {
			cut = append(cut, fmt.Sprintf("%s of %s", sheet.Count(rows, "row"), s.title))
		}
		b.WriteString(text)
	}
	if len(cut) > 0 {
		note := events.Clip("Cut, since a comment is limited: "+strings.Join(cut, ", "), least/8-80)
		b.WriteString("\n" + note + ". The JSON form has everything.\n")
	}
	return b.String()
}

// markdown is as much of the section as there is room for, and the number of rows that are cut.
func (s section) markdown(room int, links Links) (string, int) {
	open, end := "\n#### "+s.title+"\n", ""
	if s.folded {
		open, end = fmt.Sprintf("\n<details><summary>%s (%d)</summary>\n", s.title, len(s.rows)), "\n</details>\n"
	}
	if s.note != "" {
		open += "\n" + sheet.Prose(s.note) + "\n"
	}
	if len(s.rows) > 0 {
		open += "\n" + sheet.Of(s.head...).Markdown()
	}
	if len(open)+len(end) > room {
		return "", max(1, len(s.rows))
	}
	var b strings.Builder
	b.WriteString(open)
	for i, row := range s.rows {
		cells := make([]string, len(row))
		for k, c := range row {
			cells[k] = c.markdown(links)
		}
		line := sheet.Row(cells...)
		if b.Len()+len(line)+len(end) > room {
			if i == 0 {
				return "", len(s.rows)
			}
			return b.String() + end, len(s.rows) - i
		}
		b.WriteString(line)
	}
	return b.String() + end, 0
}

func (c cell) markdown(links Links) string {
	if c.below != "" {
		below := c.below
		c.below = ""
		return c.markdown(links) + "<br>" + sheet.Code(below)
	}
	switch {
	case c.href != "":
		return "[" + sheet.Code(c.text) + "](" + sheet.URL(c.href) + ")"
	case c.code:
		return sheet.Code(c.text)
	}
	return links.prose(strings.ReplaceAll(c.text, " -> ", " → ")) // GitHub breaks lines within ->
}
