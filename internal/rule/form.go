package rule

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
)

// OneOf reports a text that is not in the closed set.
func OneOf(at Path, given string, allowed ...string) []Fault {
	if slices.Contains(allowed, given) {
		return nil
	}
	return []Fault{{At: at, Given: given, Problem: "not one of the allowed values", Allowed: strings.Join(allowed, ", "),
		Fixes: []Fix{Set(at, allowed[0])}}}
}

// Between reports a number that is out of range.
func Between(at Path, given, least, most int) []Fault {
	if least <= given && given <= most {
		return nil
	}
	return []Fault{{At: at, Given: given, Problem: "out of range", Allowed: fmt.Sprintf("a whole number from %d to %d", least, most),
		Fixes: []Fix{Set(at, min(max(given, least), most))}}}
}

// Count reports a list of too few or too many items.
func Count[T any](at Path, items []T, least, most int) []Fault {
	fault := Fault{At: at, Given: items, Allowed: fmt.Sprintf("a list of %d to %d", least, most)}
	switch n := len(items); {
	case n < least:
		fault.Problem, fault.Fixes = "too few items", []Fix{Advise("add to %s", at)}
	case n > most:
		fault.Problem, fault.Fixes = fmt.Sprintf("too many items: %d", n), []Fix{Remove(at.At(most))}
	default:
		return nil
	}
	return []Fault{fault}
}

// Once reports an item that is in a list twice.
func Once[T comparable](at Path, items []T) []Fault {
	for i, item := range items {
		if slices.Contains(items[:i], item) {
			return []Fault{{At: at, Given: items, Problem: fmt.Sprintf("%v is listed twice", item), Allowed: "each item once",
				Fixes: []Fix{Remove(at.At(i))}}}
		}
	}
	return nil
}

// Parts of ARNs in messages.
const (
	SomeAccount    = "<account id of 12 digits>"
	ExampleAccount = "111122223333"
)

// Form reports a text that does not have its form.
func Form(at Path, form *regexp.Regexp, given, problem, allowed, instead string) []Fault {
	if form.MatchString(given) {
		return nil
	}
	return []Fault{{At: at, Given: given, Problem: problem, Allowed: allowed, Fixes: []Fix{Set(at, instead)}}}
}

// Arn reports an ARN that does not have its form, or is of another partition than the region; see aws.Form.Problem. Instead is what to
// write in its place where nothing better can be told.
func Arn(at Path, form aws.Form, given, region, not, allowed, instead string) []Fault {
	problem, own := form.Problem(given, region, not)
	if problem == "" {
		return nil
	}
	return []Fault{{At: at, Given: given, Problem: problem, Allowed: allowed, Fixes: []Fix{Set(at, cmp.Or(own, instead))}}}
}

// LabelNames describes aws.DnsLabel.
const LabelNames = "lower case letters, digits and hyphens, starting and ending with a letter or digit, at most 63 characters"

// Names reports names that are not DNS labels, and names that are taken already.
func Names(names []string, at func(i int) Path) []Fault {
	var faults []Fault
	first := map[string]int{}
	for i, name := range names {
		if !aws.DnsLabel.MatchString(name) {
			faults = append(faults, Fault{At: at(i), Given: name, Problem: "not a valid name", Allowed: LabelNames,
				Fixes: []Fix{Set(at(i), Slug(name))}})
			continue
		}
		if earlier, taken := first[name]; taken {
			faults = append(faults, Fault{At: at(i), Given: name, Problem: "the name is taken by", Other: at(earlier), Allowed: "each name once",
				Fixes: []Fix{Set(at(i), name+"-2")}})
			continue
		}
		first[name] = i
	}
	return faults
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Slug makes a DNS label of a name: what to propose in place of an invalid one.
func Slug(name string) string {
	text := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if len(text) > 63 {
		text = strings.TrimRight(text[:63], "-")
	}
	if text == "" {
		return "general"
	}
	return text
}
