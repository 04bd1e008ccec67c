package review

import (
	"cmp"
	"fmt"
	"slices"
)

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
	changes := func(l CostLine) bool { return l.Change != 0 }
	if !slices.ContainsFunc(append([]CostLine{r.Cost.Total, r.Cost.Most}, r.Cost.Components...), changes) {
		s.note = fmt.Sprintf("No change: %s USD a month at the least, %s at the most. ", r.Cost.Total.After, r.Cost.Most.After) + s.note
		return s
	}
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
