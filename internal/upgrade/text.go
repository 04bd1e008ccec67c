package upgrade

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/sheet"
)

// Text is the plan for a terminal.
func (p Plan) Text() string {
	var b strings.Builder
	if p.From == p.To {
		fmt.Fprintf(&b, "%s: there is nothing to upgrade\n", strings.TrimSpace(fmt.Sprintf("%s runs Kubernetes %s %s", p.Stack, p.To, p.told)))
	} else {
		fmt.Fprintf(&b, "Upgrade of %s, cluster %s, from Kubernetes %s to %s\n", p.Stack, p.Cluster, p.From, p.To)
	}
	fmt.Fprintf(&b, "\nNot looked at, so that it may still be in the way\n\n- %s\n", strings.Join(p.Unread, "\n- "))
	table := sheet.Of("Kubernetes", "Standard support", "Extended support", "Now", "USD an hour:")
	for _, s := range p.Support {
		table.Add(s.Version, until(s.StandardEnds), until(s.ExtendedEnds), s.Now, s.Hour)
	}
	fmt.Fprintf(&b, "\n%s", table.Text())
	for _, s := range p.Steps {
		b.WriteString(s.text())
	}
	if len(p.Notes) > 0 {
		fmt.Fprintf(&b, "\nNotes\n\n- %s\n", strings.Join(p.Notes, "\n- "))
	}
	return b.String()
}

func until(day string) string {
	if day == "" {
		return "not announced"
	}
	return "until " + day
}

func (s Step) text() string {
	var b strings.Builder
	name, change := s.Name, ""
	if s.From != "" && s.To != "" {
		change = ", " + s.From + " -> " + s.To
	} else if s.From != "" {
		change = " " + s.From
	}
	fmt.Fprintf(&b, "\n%d. [%s] %s %s%s\n", s.Number, s.Minor, s.Kind, name, change)
	if s.Setting != "" {
		fmt.Fprintf(&b, "   set   %s\n", strings.ReplaceAll(s.Setting, "\n", "\n         "))
	}
	if s.Command != "" {
		fmt.Fprintf(&b, "   run   %s\n", s.Command)
	} else {
		fmt.Fprintf(&b, "   run   nothing more: pulumi up of this version does it\n")
	}
	fmt.Fprintf(&b, "   see   %s\n   back  %s\n", s.Seen, s.Back)
	for _, who := range s.Interrupts {
		fmt.Fprintf(&b, "   who   %s\n", who)
	}
	return b.String()
}
