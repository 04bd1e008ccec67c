package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// section is a table of the report, for people. Both forms for people have the same ones.
type section struct {
	title  string
	note   string // a sentence above the table
	folded bool   // closed until it is opened, where that can be
	head   []string
	rows   [][]cell
}

// cell is a value of a table.
type cell struct {
	text string
	code bool // an identifier or a value, not prose
	// href is where it leads to; "" for nowhere.
	href string
	// below is a second line, an identifier too.
	below string
}

// The most characters of a cell, by what it holds.
const (
	mostOfValue   = 200
	mostOfMessage = 1000
	mostOfError   = 4000
)

func prose(text string) cell { return cell{text: events.Clip(text, mostOfMessage)} }
func code(text string) cell  { return cell{text: events.Clip(text, mostOfValue), code: true} }

// sections are what the report shows, what matters most first.
func (r Report) sections() []section {
	all := []section{r.errors(), r.trips(), r.breaks(), r.unseen(), r.violated(), r.newModels(), r.modelChanges(), r.network(), r.quotas(),
		r.costs(), r.changes(), r.modelCosts(), r.notCounted(), r.known(), r.warnings()}
	all = slices.DeleteFunc(all, func(s section) bool { return len(s.rows) == 0 && s.note == "" })
	for i := range all {
		all[i] = all[i].compact()
	}
	return all
}

// compact is the section without columns that are empty.
func (s section) compact() section {
	empty := func(column int) bool {
		return !slices.ContainsFunc(s.rows, func(row []cell) bool { return row[column].text != "" })
	}
	kept := section{title: s.title, note: s.note, folded: s.folded, rows: make([][]cell, len(s.rows))}
	for i, title := range s.head {
		if empty(i) {
			continue
		}
		kept.head = append(kept.head, title)
		for k, row := range s.rows {
			kept.rows[k] = append(kept.rows[k], row[i])
		}
	}
	return kept
}

// paragraphs fills a section with texts, one below the other.
func (s section) paragraphs(texts []string, most int) section {
	for _, text := range texts {
		s.rows = append(s.rows, []cell{{text: events.Clip(text, most)}})
	}
	return s
}

func (r Report) errors() section {
	return section{title: "The preview failed", head: []string{"Error"}}.paragraphs(r.Errors, mostOfError)
}

func (r Report) trips() section {
	texts := make([]string, len(r.Tripped))
	for i, t := range r.Tripped {
		texts[i] = t.Condition + ": " + events.Clip(t.Reason, mostOfMessage)
	}
	return section{title: "Not passed", note: strings.Join(texts, "\n")}
}

func (r Report) breaks() section {
	s := section{title: "Breaking", head: []string{"What", "Name", "Is", "Because of", "Models", "What it means"}}
	if len(r.Breaking) > 0 && r.Allowed != "" {
		s.note = "Allowed: " + events.Clip(r.Allowed, mostOfValue)
	}
	for _, b := range r.Breaking {
		why := list(b.Why)
		if why == "" && b.Op != events.OpDelete && b.Op != events.OpCreate {
			why = "what it depends on"
		}
		means := b.Consequence
		if b.Refused != "" {
			means = "AWS will refuse this: " + b.Refused + ". " + means
		}
		models := prose(r.named(b.Models, b.AllModels))
		s.rows = append(s.rows, []cell{prose(b.What), code(b.Name), prose(participle(b.Op)), code(why), models, prose(means)})
	}
	return s
}

func (r Report) unseen() section {
	s := section{title: "Not shown", head: []string{"Setting"}}.paragraphs(r.Unseen, mostOfValue)
	if len(r.Unseen) > 0 {
		s.note = "These settings change. A preview on a simulated account replaces them, so what they do is not among the changes and not judged."
	}
	return s
}

// named are models as a cell has them: a few of many.
func (r Report) named(models []string, all bool) string {
	const most = 8
	text := list(models[:min(len(models), most)])
	if more := len(models) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	switch {
	case all && len(models) > 1 && len(models) == r.all:
		return fmt.Sprintf("all %d: %s", len(models), text)
	case all && len(models) == 0:
		return "all"
	}
	return text
}

func (r Report) network() section {
	s := section{title: "NAT gateways and subnets", head: []string{"What", "Before", "After", "Models behind it"}}
	for _, e := range r.Egress {
		s.rows = append(s.rows, []cell{prose(e.What), prose(e.Before), prose(e.After), prose(r.named(e.Models, len(e.Models) == r.all))})
	}
	return s
}

func (r Report) quotas() section {
	s := section{title: "Headroom", head: []string{"Quota", "Before:", "After:", "Mark"}}
	for _, h := range r.Headroom {
		if h.Mark != "" || !same(h.Before, h.After) {
			s.rows = append(s.rows, []cell{prose(h.Of), prose(h.Before.String()), prose(h.After.String()), prose(h.Mark)})
		}
	}
	s.folded = !slices.ContainsFunc(r.Headroom, func(h Headroom) bool { return h.Mark != "" })
	return s
}

func same(a, b *Use) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// String is the number, the limit and the share; empty where they are not told.
func (u *Use) String() string {
	if u == nil {
		return ""
	}
	text := strconv.FormatFloat(u.Used, 'f', -1, 64) + " of " + strconv.FormatFloat(u.Quota, 'f', -1, 64)
	if u.Quota > 0 {
		text += fmt.Sprintf(" (%.0f%%)", 100*u.Used/u.Quota)
	}
	return text
}

// mostOpen is the most changes that are shown without being asked for.
const mostOpen = 10

// changes are all of them. Those of components only repeat those of their resources, and stand for themselves where there are no others.
func (r Report) changes() section {
	s := section{title: "All changes", head: []string{"Of", "Is", "Kind", "Name", "What differs"}}
	told := false // more than what comes and goes, and than what the models' table has
	of := ""
	alone := !slices.ContainsFunc(r.Groups, func(g Group) bool {
		return slices.ContainsFunc(g.Changes, func(c Change) bool { return !c.Component() })
	})
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			if c.Component() && !alone {
				of = " of resources" // the headline counts components, too
				continue
			}
			s.rows = append(s.rows, []cell{prose(strings.TrimSpace(g.Component + " " + g.Model)), prose(participle(c.Op)),
				prose(resource.KindOf(c.Type)), code(c.Name), prose(c.Differs())})
			told = told || g.Model == "" && (c.Differs() != "" || c.Op == events.OpReplace)
		}
	}
	for _, urn := range r.Leftovers {
		s.rows = append(s.rows, []cell{prose("stack"), prose("deleted"), {}, code(resource.NameOf(urn)),
			prose("left by an interrupted replacement")})
	}
	if s.folded = len(s.rows) > mostOpen || !told; !s.folded {
		s.title = "Changes"
	}
	s.title += of
	return s
}

func (r Report) warnings() section {
	return section{title: "Warnings", folded: true, head: []string{"Warning"}}.paragraphs(r.Warnings, mostOfMessage)
}

// list is a text of several values.
func list(values []string) string { return strings.Join(values, ", ") }
