package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// Break is a change that interrupts service or loses data.
type Break struct {
	// URN of the resource.
	URN string `json:"urn"`
	// Type is the resource's type token.
	Type string `json:"type"`
	// Name is the resource's logical name.
	Name string `json:"name"`
	// What is the noun for the resource, such as EKS cluster.
	What string `json:"what"`
	// Op is replace, delete, update or create.
	Op events.Op `json:"op"`
	// Why are the properties that force it. It is empty for a deletion, for what is new, and where another resource's replacement forces it.
	Why []string `json:"why"`
	// Consequence is what it means for people on call.
	Consequence string `json:"consequence"`
	// Refused says why AWS refuses it, and what to do instead; empty where it does not, as far as the preview tells.
	Refused string `json:"refused"`
	// Models are those that it affects, as far as the preview tells of them.
	Models []string `json:"models"`
	// AllModels says that it affects every model.
	AllModels bool `json:"allModels"`
}

// breaking are the steps that break something, in the order of Consequences, and the models that lose an address.
func breaking(steps []events.Step, m models, changes []ModelChange) []Break {
	var found []Break
	rank := map[string]int{}
	refused := refusalsOf(steps, m.before, m.after)
	for _, s := range steps {
		if b, breaks := breakOf(s, m, refused.why(s)); breaks {
			if gone := removed(s, changes); s.Op == events.OpDelete && gone != "" {
				b.Consequence = gone
			}
			if holders := m.holding(s, steps); len(holders) > 0 {
				b.Consequence, b.Models = fmt.Sprintf(albHeld, list(holders)), nil
			}
			found = append(found, b)
		}
	}
	found = append(found, moved(steps, changes)...)
	for _, b := range found {
		rank[b.URN] = slices.IndexFunc(Consequences, func(known Consequence) bool { return known.Noun == b.What })
		if rank[b.URN] < 0 {
			rank[b.URN] = len(Consequences)
		}
	}
	slices.SortStableFunc(found, func(a, b Break) int { return cmp.Or(cmp.Compare(rank[a.URN], rank[b.URN]), cmp.Compare(a.URN, b.URN)) })
	return found
}

// breakOf is what a step breaks: the resource as a whole, by properties of it, or the deployment, where AWS refuses it.
func breakOf(s events.Step, m models, refusal string) (Break, bool) {
	b := Break{URN: s.URN, Type: s.Type, Name: resource.NameOf(s.URN), Op: s.Op, Refused: refusal}
	c, why, breaks := consequenceOf(s)
	breaks = breaks && (s.Op != events.OpCreate || len(m.all) > 0)
	means := b.lose(s, m)
	if !breaks && len(means) == 0 && refusal != "" {
		c, why, breaks = stops(s), s.Diffs, true
	}
	if breaks {
		means = append([]string{c.means(s.Op)}, means...)
		b.What, b.Why = c.Noun, append(slices.Clone(why), b.Why...)
		b.Models, b.AllModels = append(m.served(s, c.models), b.Models...), b.AllModels || c.models == allModels
	}
	b.Models = slices.Compact(slices.Sorted(slices.Values(b.Models)))
	b.Consequence = strings.Join(means, " ")
	return b, len(means) > 0
}

// stops is what it means when AWS refuses a step that would break nothing by itself.
func stops(s events.Step) Consequence {
	c := Consequence{Noun: resource.ShortType(s.Type), models: allModels, Replaced: "The deployment stops there, with what it changed before."}
	for _, known := range Consequences {
		if known.Type == s.Type {
			c.Noun = known.Noun
		}
	}
	return c
}
