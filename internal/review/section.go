package review

import (
	"cmp"
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
}

// The most characters of a cell, by what it holds.
const (
	mostOfValue   = 200
	mostOfMessage = 1000
	mostOfError   = 4000
)

func prose(text string) cell { return cell{text: clip(text, mostOfMessage)} }
func code(text string) cell  { return cell{text: clip(text, mostOfValue), code: true} }

// clip shortens a text to a number of characters.
func clip(text string, most int) string {
	n, end := 0, 0
	for i := range text {
		if n == most-3 {
			end = i
		}
		if n++; n > most {
			return strings.ToValidUTF8(text[:end], "?") + "..."
		}
	}
	return text
}

// sections are what the report shows, what matters most first.
func (r Report) sections() []section {
	all := []section{r.errors(), r.trips(), r.breaks(), r.unseen(), r.violated(), r.newModels(), r.modelChanges(), r.quotas(), r.costs(), r.modelCosts(),
		r.notCounted(), r.changes(), r.warnings()}
	return slices.DeleteFunc(all, func(s section) bool { return len(s.rows) == 0 && s.note == "" })
}

// paragraphs fills a section with texts, one below the other.
func (s section) paragraphs(texts []string, most int) section {
	for _, text := range texts {
		s.rows = append(s.rows, []cell{{text: clip(text, most)}})
	}
	return s
}

func (r Report) errors() section {
	return section{title: "The preview failed", head: []string{"Error"}}.paragraphs(r.Errors, mostOfError)
}

func (r Report) trips() section {
	s := section{title: "Not passed", head: []string{"Condition", "Reason"}}
	for _, t := range r.Tripped {
		s.rows = append(s.rows, []cell{code(t.Condition), prose(t.Reason)})
	}
	return s
}

func (r Report) breaks() section {
	s := section{title: "Breaking", head: []string{"What", "Name", "Is", "Because of", "Models", "What it means"}}
	if len(r.Breaking) > 0 && r.Allowed != "" {
		s.note = "Allowed: " + clip(r.Allowed, mostOfValue)
	}
	for _, b := range r.Breaking {
		models := list(b.Models)
		if b.AllModels {
			models = "all"
		}
		why := list(b.Why)
		if why == "" && b.Op != events.OpDelete && b.Op != events.OpCreate {
			why = "what it depends on"
		}
		means := b.Consequence
		if b.Refused != "" {
			means = "AWS will refuse this: " + b.Refused + ". " + means
		}
		s.rows = append(s.rows, []cell{prose(b.What), code(b.Name), prose(participle(b.Op)), code(why), prose(models), prose(means)})
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

func (r Report) violated() section {
	s := section{title: "Policies", head: []string{"Rule", "Level", "Resource", "Message"}}
	switch {
	case r.Failed:
	case !r.PoliciesTold:
		s.note = "The digest has no policy results; the event log has them."
	case len(r.PolicyPacks) == 0:
		s.note = "No policy pack ran."
	}
	for _, rule := range r.Policies {
		for _, v := range rule.Violations {
			name := "the stack"
			if v.URN != "" {
				name = resource.NameOf(v.URN)
			}
			s.rows = append(s.rows, []cell{code(rule.Rule), prose(rule.Level), code(name), prose(v.Message)})
		}
	}
	return s
}

func (r Report) modelChanges() section {
	s := section{title: "Models", head: []string{"Model", "Is", "What", "Before", "After"}}
	for _, m := range r.Models {
		if m.Change == Added && m.Runs != nil {
			continue // it has a table of its own
		}
		row := func(what, before, after string) {
			s.rows = append(s.rows, []cell{code(m.Model), prose(m.Change), prose(what), code(before), code(after)})
		}
		start := len(s.rows)
		for _, host := range m.HostsLost {
			row("host lost", host, "")
		}
		for _, host := range m.HostsGained {
			row("host gained", "", host)
		}
		for _, d := range m.Details {
			row(d.What, d.Before, d.After)
		}
		if len(s.rows) == start {
			what := "own resources; requests notice nothing"
			switch {
			case m.Traffic:
				what = "pods and routing"
			case slices.Contains(r.AffectedModels, m.Model):
				what = "own resources; see what is breaking, above"
			}
			row(what, "", "")
		}
	}
	return s
}

// newModels are those that are added, with what each costs.
func (r Report) newModels() section {
	s := section{title: "New models", head: []string{"Model", "URL", "Image", "Compute", "Replicas:"}}
	costs := map[string]CostLine{}
	if r.Cost != nil {
		s.head = append(s.head, "USD a month:")
		for _, l := range r.Cost.Models {
			costs[l.Name] = l
		}
	}
	for _, m := range r.Models {
		if m.Change != Added || m.Runs == nil {
			continue
		}
		url := code(m.Runs.URL)
		if m.Runs.URL == "" {
			url = prose("none: in the cluster only")
		}
		size := m.Runs.CPU + " CPU, " + m.Runs.Memory
		row := []cell{code(m.Model), url, code(m.Runs.Image), prose(m.Runs.Compute + ", " + size), prose(m.Runs.replicas())}
		if r.Cost != nil {
			row = append(row, prose(costs[m.Model].After.String()))
		}
		s.rows = append(s.rows, row)
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

func (r Report) costs() section {
	s := section{title: "Cost", head: []string{"USD a month", "Before:", "After:", "Change:"}}
	if r.Cost == nil {
		if why := cmp.Or(r.Partial, r.CostNote); !r.Failed {
			s.note = "Cost and headroom cannot be told: " + why + "."
			if r.Partial == "" {
				s.note = "The cost cannot be told: " + why + "."
			}
		}
		return s
	}
	s.note = fmt.Sprintf("List prices of %s, %s.", r.Cost.Region, r.Cost.Date)
	unchanged := CostLine{Name: "what does not change"}
	for _, l := range r.Cost.Components {
		if l.Change != 0 {
			s.rows = append(s.rows, costRow(l.Name, l))
			continue
		}
		unchanged.Before, unchanged.After = unchanged.Before+l.Before, unchanged.After+l.After
	}
	if unchanged.Before != 0 && len(s.rows) > 0 {
		s.rows = append(s.rows, costRow(unchanged.Name, unchanged))
	}
	s.rows = append(s.rows, costRow("total, at the least", r.Cost.Total), costRow("total, at the most", r.Cost.Most))
	return s
}

func (r Report) modelCosts() section {
	s := section{title: "Cost of each model", folded: true, head: []string{"USD a month", "Before:", "After:", "Change:"}}
	if r.Cost != nil {
		for _, l := range r.Cost.Models {
			s.rows = append(s.rows, costRow(l.Name, l))
		}
	}
	return s
}

func (r Report) notCounted() section {
	var texts []string
	if r.Cost != nil {
		texts = r.Cost.NotCounted
	}
	return section{title: "What the cost leaves out", folded: true, head: []string{"Not counted"}}.paragraphs(texts, mostOfMessage)
}

func costRow(name string, l CostLine) []cell {
	return []cell{prose(name), prose(l.Before.String()), prose(l.After.String()), prose(l.Change.Signed())}
}

func (r Report) changes() section {
	s := section{title: "All changes", folded: true, head: []string{"Component", "Model", "Is", "Type", "Name", "Properties"}}
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			properties := c.Diffs
			if len(c.Keys) > 0 {
				properties = c.Keys
			}
			s.rows = append(s.rows, []cell{
				prose(g.Component), prose(g.Model), prose(participle(c.Op)), code(resource.ShortType(c.Type)), code(c.Name), code(list(properties)),
			})
		}
	}
	for _, urn := range r.Leftovers {
		s.rows = append(s.rows, []cell{prose("stack"), {}, prose("deleted"), {}, code(resource.NameOf(urn)),
			prose("left by an interrupted replacement")})
	}
	return s
}

func (r Report) warnings() section {
	return section{title: "Warnings", folded: true, head: []string{"Warning"}}.paragraphs(r.Warnings, mostOfMessage)
}

// list is a text of several values.
func list(values []string) string { return strings.Join(values, ", ") }
