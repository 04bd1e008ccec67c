package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/sheet"
)

// mostOfStack is the most characters of a stack's name
// (https://www.pulumi.com/docs/iac/concepts/stacks/#create-a-stack).
const mostOfStack = 100

// headline is the report in one line, what matters most first.
func (r Report) headline() string {
	var parts []string
	if len(r.Breaking) > 0 {
		text := sheet.Count(len(r.Breaking), "breaking change")
		if r.Allowed != "" {
			text += " (allowed)"
		}
		parts = append(parts, text)
	}
	if n := len(r.refused()); n > 0 {
		parts = append(parts, "AWS will refuse "+sheet.Count(n, "change"))
	}
	if mandatories, _ := r.violations(); mandatories > 0 {
		parts = append(parts, sheet.Count(mandatories, "mandatory policy violation"))
	}
	for _, mark := range []string{MarkOver, MarkFull} {
		if n := len(r.marked(mark)); n > 0 {
			parts = append(parts, sheet.Count(n, "quota")+" "+map[string]string{MarkOver: "exceeded", MarkFull: "used up"}[mark])
		}
	}
	if upgrade := r.upgrade(); upgrade != "" {
		parts = append(parts, upgrade)
	}
	none := "no changes"
	if n := len(r.Unseen); n > 0 {
		parts = append(parts, sheet.Count(n, "changed setting")+" that an offline preview does not show")
		none = "no other changes"
	}
	switch {
	case r.Failed:
		parts = append([]string{"the preview failed"}, parts...)
	case r.Counts.changes() == 0 && len(r.Leftovers) == 0:
		parts = append(parts, none)
	default:
		parts = append(parts, r.Counts.String())
	}
	if n := len(r.AffectedModels); n > 0 {
		parts = append(parts, sheet.Count(n, "model")+" affected")
	}
	if r.Cost != nil && r.Cost.Total.Change.Signed() != "0.00" {
		parts = append(parts, r.Cost.Total.Change.Signed()+" USD a month")
	}
	text := strings.Join(parts, "; ")
	if r.Stack == "" {
		return text
	}
	return events.Clip(r.Stack, mostOfStack) + ": " + text
}

// upgrade tells of another Kubernetes version of the cluster, which AWS does not take back; "" where it stays.
func (r Report) upgrade() string {
	for _, g := range r.Groups {
		for _, c := range g.Changes {
			for _, d := range c.Differences {
				if c.Type == clusterType && c.Op == events.OpUpdate && d.Path == "version" {
					return fmt.Sprintf("Kubernetes %s to %s", d.Before, d.After)
				}
			}
		}
	}
	return ""
}

// refused are the changes that AWS refuses.
func (r Report) refused() []Break {
	return slices.DeleteFunc(slices.Clone(r.Breaking), func(b Break) bool { return b.Refused == "" })
}

// String is the numbers that are not 0, such as "1 to create, 2 to replace".
func (c Counts) String() string {
	var parts []string
	for _, part := range []struct {
		n    int
		verb string
	}{{c.Create, "create"}, {c.Update, "update"}, {c.Replace, "replace"}, {c.Delete, "delete"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", part.n, part.verb))
		}
	}
	return strings.Join(parts, ", ")
}
