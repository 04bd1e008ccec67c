package engine

import (
	"fmt"
	"time"

	"github.com/modelway/modelway/internal/resource"
)

// silence is how long nothing happens until progress that goes to a file says what it waits for.
const silence = 30 * time.Second

// waiting says what the operation waits for: on a terminal every second, elsewhere after each silence.
func (p *Progress) waiting() {
	p.late()
	if p.Terminal.Live {
		p.status()
		return
	}
	if time.Since(p.heard) < silence {
		return
	}
	p.heard = time.Now()
	if name, began := p.oldest(); name != "" {
		p.line(fmt.Sprintf("  waiting for %s, %.0f s so far", name, time.Since(began).Seconds()))
	}
}

// oldest is the resource that has been under way for longest, components left out, and since when.
func (p *Progress) oldest() (name string, began time.Time) {
	began = time.Now()
	for urn, at := range p.begun {
		if at.Before(began) && !isComponent(urn) {
			name, began = resource.NameOf(urn), at
		}
	}
	return name, began
}
