// Package outline tells on a screen what a preview would do: what it creates folded by component, each change on a line with old and new
// values, what it deletes and replaces one by one, what is wrong once, and the verdict last.
package outline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/terminal"
)

// screen is how many lines a preview has at most, of what can be folded, where the height is not known.
const screen = 40

// widestComponent is the most columns of a component's name.
const widestComponent = 24

// Of is the outline of a preview's report, as lines that a terminal shows whole. Without a headline it has no verdict.
func Of(r review.Report, t terminal.Terminal) []string {
	var lines []string
	rows := rowsOf(r)
	width := 0
	for _, row := range rows {
		width = max(width, terminal.Wide(row.of))
	}
	if width = min(width, widestComponent); t.Width > 0 {
		width = min(width, t.Width/4)
	}
	for _, row := range folded(rows, t) {
		lines = append(lines, row.line(t, width))
	}
	for _, urn := range r.Leftovers {
		lines = append(lines, row{mark: "-", of: "stack", what: resource.NameOf(urn) + ", left by an interrupted replacement"}.line(t, width))
	}
	told := slices.Concat(findings(r, t), warnings(r, t), faults(r, t))
	if len(lines) > 0 && len(told) > 0 {
		lines = append(lines, "")
	}
	lines = append(lines, told...)
	if r.Headline == "" {
		return lines
	}
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	return append(lines, painted(r.Headline, r.Level(), t)...)
}

// row is a change, or many that are folded.
type row struct {
	// mark is +, ~, +- or -.
	mark string
	// of is the component, and the model where it is a model's.
	of string
	// what is the resource and what differs of it.
	what string
	// kind is its noun, of what may be folded.
	kind string
	// words are nouns with their numbers, of which a line has as many as fit.
	words []string
}

// The marks of changes, as the Pulumi CLI has them.
var marks = map[events.Op]string{
	events.OpCreate: "+", events.OpImport: "=", events.OpUpdate: "~", events.OpReplace: "+-", events.OpDelete: "-",
}

// rowsOf are the changes by component: creations together, then each update, replacement and deletion.
func rowsOf(r review.Report) (rows []row) {
	created, of := map[string]*tally{}, []string{}
	alone := true
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			alone = alone && c.Component()
		}
	}
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			name := g.Component
			switch {
			case c.Op == events.OpCreate || c.Op == events.OpImport:
				if created[name] == nil {
					created[name], of = &tally{}, append(of, name)
				}
				created[name].add(g.Model, noun(c.Type))
			case c.Component() && c.Op == events.OpUpdate && !alone: // its resources tell
			default:
				name, what := cmp.Or(g.Model, name), noun(c.Type)
				if own := ownName(c.Name, name, what); own != "" && !strings.EqualFold(own, what) {
					what += " " + own
				}
				if differs := differs(c); differs != "" {
					what += ": " + differs
				}
				mark := marks[c.Op]
				if mark == "" {
					mark = "~"
				}
				rows = append(rows, row{mark: mark, of: name, what: what, kind: noun(c.Type)})
			}
		}
	}
	var folds []row
	for _, name := range of {
		folds = append(folds, created[name].row(name))
	}
	return append(folds, rows...)
}

// folded are the rows with updates folded that do not fit a screen.
func folded(rows []row, t terminal.Terminal) (kept []row) {
	room := screen
	if t.Height > 0 {
		room = max(t.Height-6, 10) // for the verdict, and what stands above
	}
	for _, r := range rows {
		if r.mark != "~" {
			room--
		}
	}
	room = max(room, 5)
	rest := &tally{}
	for _, r := range rows {
		if r.mark == "~" {
			if room--; room < 0 {
				rest.add("", r.kind)
				continue
			}
		}
		kept = append(kept, r)
	}
	if rest.count > 0 {
		kept = append(kept, row{mark: "~", of: "and more", words: rest.words()})
	}
	return kept
}

// line is the row on one line.
func (r row) line(t terminal.Terminal, width int) string {
	styles := map[string]string{"+": terminal.Green, "~": terminal.Amber, "+-": terminal.Red, "-": terminal.Red}
	of := terminal.Terminal{Width: width, ASCII: t.ASCII}.Fit(r.of, 0)
	start := fmt.Sprintf("  %-2s %s%s  ", r.mark, of, strings.Repeat(" ", max(0, width-terminal.Wide(of))))
	what := r.what
	for i, word := range r.words {
		if i > 0 {
			word = ", " + word
		}
		if rest := len(r.words) - i; t.Width > 0 && rest > 0 && terminal.Wide(start+what+word) > t.Width-len(", ...") {
			what += ", ..."
			break
		}
		what += word
	}
	return t.Paint(styles[r.mark], fmt.Sprintf("  %-2s", r.mark)) + start[4:] + t.Fit(what, terminal.Wide(start))
}

// findings are the policies that are violated: what breaks a mandatory rule with its fix, the others on a line a rule, and one that stands
// alone in its own words.
func findings(r review.Report, t terminal.Terminal) (lines []string) {
	for _, rule := range r.Policies {
		head := fmt.Sprintf("[%s] %s: ", rule.Level, rule.Rule)
		switch {
		case rule.Level == review.Mandatory:
			lines = append(lines, broken(rule, head, t)...)
		case len(rule.Violations) == 1:
			lines = append(lines, indented(t, head, joined(rule.Violations))...)
		default:
			text := rule.Title
			if first := rule.Violations[0]; first.URN == "" || text == "" { // on the whole stack, or of another pack: the messages say what
				text = joined(rule.Violations)
			}
			lines = append(lines, t.Fit(head+sheet.Count(len(rule.Violations), "finding")+": "+text, 0))
		}
	}
	return lines
}

// broken are all findings of a mandatory rule, with its fix.
func broken(rule review.Rule, head string, t terminal.Terminal) (lines []string) {
	for _, line := range t.Wrap(head+cmp.Or(rule.Title, rule.Rule), 0) {
		lines = append(lines, t.Paint(terminal.Red, line))
	}
	fix := ""
	for _, v := range rule.Violations {
		finding, how, _ := strings.Cut(v.Message, "\n")
		lines = append(lines, indented(t, "    - ", finding)...)
		fix = how
	}
	if fix != "" {
		lines = append(lines, indented(t, "      ", fix)...)
	}
	return lines
}

// joined are the first lines of messages.
func joined(violations []review.Violation) string {
	texts := make([]string, len(violations))
	for i, v := range violations {
		texts[i], _, _ = strings.Cut(v.Message, "\n")
	}
	return strings.Join(texts, "; ")
}

// mostWarnings is how many warnings are shown; the report has all.
const mostWarnings = 5

func warnings(r review.Report, t terminal.Terminal) (lines []string) {
	for i, text := range r.Warnings {
		if i == mostWarnings {
			return append(lines, fmt.Sprintf("and %s more", sheet.Count(len(r.Warnings)-i, "warning")))
		}
		lines = append(lines, indented(t, "warning: ", text)...)
	}
	for _, setting := range r.Unseen {
		lines = append(lines, indented(t, "Not shown, since this machine replaces it: ", setting)...)
	}
	return lines
}

// faults are what the preview failed for, whole.
func faults(r review.Report, t terminal.Terminal) (lines []string) {
	for _, text := range r.Errors {
		lines = append(lines, indented(t, "error: ", text)...)
	}
	return lines
}

// indented is a text behind a start, with its other lines indented.
func indented(t terminal.Terminal, start, text string) []string {
	indent := ""
	if !strings.HasPrefix(start, " ") { // else the lines are indented as the first one is
		indent = strings.Repeat(" ", 6)
	}
	lines := t.Wrap(start+text, len(indent))
	for i := range lines[1:] {
		lines[i+1] = indent + lines[i+1]
	}
	return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
}
