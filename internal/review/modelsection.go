package review

import (
	"slices"

	"github.com/modelway/modelway/internal/review/events"
)

func (r Report) modelChanges() section {
	s := section{title: "Models", head: []string{"Model", "", "What", "Before", "After"}}
	for _, m := range r.Models {
		if m.Change == Added && m.Runs != nil {
			continue // it has a table of its own
		}
		name, change := r.model(m.Model), prose(m.Change)
		row := func(what, before, after string) {
			s.rows = append(s.rows, []cell{name, change, prose(what), code(before), code(after)})
			name, change = cell{}, cell{} // once for each model
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
	s := section{title: "New models", head: []string{"Model", "URL and image", "Compute", "Replicas:"}}
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
			url = prose("only pods of the cluster reach it")
		}
		url.below = events.Clip(m.Runs.Image, mostOfValue)
		size := m.Runs.CPU + " CPU, " + m.Runs.Memory
		row := []cell{r.model(m.Model), url, prose(m.Runs.Compute + ", " + size), prose(m.Runs.replicas())}
		if r.Cost != nil {
			row = append(row, prose(costs[m.Model].After.String()))
		}
		s.rows = append(s.rows, row)
	}
	return s
}
