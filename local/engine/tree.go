package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modelway/modelway/internal/resource"
)

// part is a component, or all models, of which the operation was heard.
type part struct {
	name string
	done int
}

// part is that of a resource.
func (p *Progress) part(urn string) *part {
	name := partOf(urn)
	i := slices.IndexFunc(p.parts, func(known part) bool { return known.name == name })
	if i < 0 {
		p.parts = append(p.parts, part{name: name})
		i = len(p.parts) - 1
	}
	return &p.parts[i]
}

// partOf is the module of the type of the innermost component: network for modelway:network:Network.
func partOf(urn string) string {
	if parts := strings.Split((resource.Resource{URN: urn}).ComponentType(), ":"); len(parts) == 3 {
		return parts[1]
	}
	return "stack"
}

// tree has a line for each component with what is done of it and under way, and below the time and what is waited for. Where the terminal
// is too low, the components that are done are left out first, and then the first ones.
func (p *Progress) tree(now time.Time) (lines []string) {
	working := map[string]int{}
	for urn := range p.begun {
		working[partOf(urn)]++
	}
	parts, width := slices.Clone(p.parts), 0
	room := max(p.Terminal.Height-2, 0)
	if len(parts) > room {
		parts = slices.DeleteFunc(parts, func(of part) bool { return working[of.name] == 0 })
	}
	parts = parts[max(0, len(parts)-room):]
	for _, of := range parts {
		width = max(width, len(of.name))
	}
	for _, of := range parts {
		line := fmt.Sprintf("  %-*s  %d done", width, of.name, of.done)
		if n := working[of.name]; n > 0 {
			line += fmt.Sprintf(", %d under way", n)
		}
		lines = append(lines, line)
	}
	waits, _ := p.oldest()
	took := now.Sub(p.started).Seconds()
	lines = append(lines, fmt.Sprintf("  %3.0fs  %d done, %d under way  %s", took, len(p.Changes), len(p.begun), waits))
	for i, line := range lines {
		lines[i] = p.Terminal.Fit(line, 1)
	}
	return lines
}

// rewrite takes back the lines that it drew before, and draws others.
func (p *Progress) rewrite(lines ...string) {
	if !p.Terminal.Live {
		return
	}
	text := "\r\x1b[K"
	if p.drawn > 1 {
		text = fmt.Sprintf("\r\x1b[%dA\x1b[J", p.drawn-1)
	}
	fmt.Fprint(p.Out, text+strings.Join(lines, "\n"))
	p.drawn = len(lines)
}
