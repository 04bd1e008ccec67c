package review

import (
	"cmp"
	"time"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review/events"
)

// BillsOf are what the stack of a preview costs before and after it, on a day, which decides whether its Kubernetes version is in extended
// support; nil where the preview does not tell the region.
func BillsOf(p events.Preview, day time.Time) *Bills {
	before, after := p.Before(), p.After()
	region := cmp.Or(regionOf(after), regionOf(before))
	if region == "" {
		return nil
	}
	return &Bills{Before: cost.Of(before, cmp.Or(regionOf(before), region), day), After: cost.Of(after, region, day)}
}

func regionOf(set resource.Set) string {
	platform, _ := set.Platform()
	return platform.At("region").Text()
}
