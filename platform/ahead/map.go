package ahead

import (
	"time"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/envmap"
)

// MapSource is what the map of the stack is made of, at the prices of a day: all but a change, which a preview tells.
func (s Stack) MapSource(day time.Time) envmap.Source {
	set := s.Set()
	return envmap.Source{
		Stack: s.Name, Region: s.Region, Set: set, Outputs: s.Outputs.Mappable(), Bill: cost.Of(set, s.Region, day),
		Warnings: s.Warnings, Assumptions: s.Assumptions,
	}
}
