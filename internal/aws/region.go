package aws

import (
	"regexp"
	"strings"

	"github.com/modelway/modelway/internal/strict"
)

// directions are the words before the number in the names of regions.
var directions = []string{"east", "west", "north", "south", "central", "northeast", "northwest", "southeast", "southwest"}

// RegionName is the form of a region's name (https://docs.aws.amazon.com/general/latest/gr/rande.html). A list would refuse regions that
// are new.
var RegionName = regexp.MustCompile(`^[a-z]{2,4}(-gov|-iso[a-z]?|-[a-z]{2})?-(` + strings.Join(directions, "|") + `)-[1-9][0-9]?$`)

// NearestRegion is what a region's name was probably meant to be, and otherwise any region.
func NearestRegion(name string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(name), "_", "-"), "-")
	if last := len(parts) - 2; last > 0 {
		parts[last], _ = strict.Suggest(parts[last], directions)
		if near := strings.Join(parts, "-"); RegionName.MatchString(near) {
			return near
		}
	}
	return "us-east-1"
}
