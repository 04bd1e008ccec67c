package outline

import (
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
)

// ownName is the name of a resource without what its component's, or its model's, says already, and its noun.
func ownName(name, of, noun string) string {
	name = strings.TrimSuffix(name, "-"+strings.ToLower(noun))
	for _, start := range []string{"modelway-" + of + "-", "modelway-", of + "-"} {
		if own, cut := strings.CutPrefix(name, start); cut {
			return own
		}
	}
	if name == of || name == "modelway-"+of {
		return ""
	}
	return name
}

// first are the last words of properties that people look for.
var first = []string{"image", "version", "instanceTypes", "minReplicas", "maxReplicas", "minSize", "maxSize"}

// differs is what differs of a resource, on one line: short names of properties with their values, those that people look for first; of
// what is replaced, only what forces that.
func differs(c review.Change) string {
	all := c.Telling()
	slices.SortStableFunc(all, func(a, b events.Difference) int { return rank(a) - rank(b) })
	texts := make([]string, len(all))
	for i, d := range all {
		d.Path = short(d.Path)
		d.Before, d.After = apart(d.Before, d.After)
		texts[i] = d.Clipped(review.MostOfDifference)
	}
	return strings.Join(slices.Compact(texts), ", ")
}

func rank(d events.Difference) int {
	if i := slices.Index(first, short(d.Path)); i >= 0 {
		return i
	}
	return len(first)
}

// short is the last word of a path; of a list of objects, with its number, or of a key in brackets, the key.
func short(path string) string {
	if key, quoted := strings.CutSuffix(path, `"]`); quoted {
		return key[strings.LastIndex(key, `"`)+1:]
	}
	return path[strings.LastIndexAny(path, ".")+1:]
}

// apart are two values without the folders in which both are, such as the registry of an image, and the second without a name
// that both have.
func apart(before, after string) (string, string) {
	for {
		folder, rest, has := strings.Cut(before, "/")
		other, otherRest, otherHas := strings.Cut(after, "/")
		if !has || !otherHas || folder != other || strings.Contains(folder, ":") {
			break
		}
		before, after = rest, otherRest
	}
	name, _, tagged := strings.Cut(before, ":")
	if tagged && !strings.ContainsAny(name, `"[{ `) && strings.HasPrefix(after, name+":") && !strings.Contains(after, "@") {
		after = strings.TrimPrefix(after, name+":")
	}
	return before, after
}
