package aws

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// bound judges one value of a property. A value that is not allowed gets the text that says what is, any other "".
type bound func(value any) (allowed string)

// group says how many of some properties a resource has: at least least, and at most one of each pair in conflict.
type group struct {
	least int
	paths []string
	most  int
}

// faults judges the number of properties that are given. Where one of them is not known yet, too few are no fault.
func (g group) faults(in Properties, unknown func(string) bool) []error {
	var has []string
	open := false
	for _, path := range g.paths {
		if given(in, path) {
			has = append(has, path)
		}
		open = open || unknown(path)
	}
	names := strings.Join(g.paths, ", ")
	switch {
	case len(has) < g.least && !open:
		return []error{fmt.Errorf("one of %s is required: none is given", names)}
	case len(has) > g.most:
		return []error{fmt.Errorf("%s are given: allowed is %d of %s", strings.Join(has, ", "), g.most, names)}
	}
	return nil
}

// given says whether a property has a value. False is what a switch that is not given has.
func given(in Properties, path string) bool {
	return slices.ContainsFunc(in.All(path), func(v any) bool { return v != false })
}

// judge holds inputs against the tables of ranges and groups of a type.
func judge(typ string, in Properties, unknown func(string) bool) (faults []error) {
	for _, path := range sortedKeys(ranges[typ]) {
		for _, v := range in.All(path) {
			if allowed := ranges[typ][path](v); allowed != "" {
				faults = append(faults, fmt.Errorf("%s is %q: allowed is %s", path, fmt.Sprint(v), allowed))
			}
		}
	}
	for _, g := range groups[typ] {
		faults = append(faults, g.faults(in, unknown)...)
	}
	return append(faults, checkTags(in)...)
}

// ofText makes a rule for values that are text.
func ofText(allowed string, fits func(string) bool) bound {
	return func(value any) string {
		if text, ok := value.(string); ok && fits(text) {
			return ""
		}
		return allowed
	}
}

// pattern is a rule for text that a regular expression matches as a whole.
func pattern(expression string) bound {
	compiled := regexp.MustCompile("^(?:" + expression + ")$")
	return ofText(expression, compiled.MatchString)
}

// length is a rule for text of some number of characters.
func length(least, most int) bound {
	return ofText(fmt.Sprintf("%d to %d characters", least, most), func(text string) bool {
		n := utf8.RuneCountInString(text)
		return n >= least && n <= most
	})
}

// without is a rule for text that does not begin with something.
func without(prefix string) bound {
	return ofText("a text that does not begin with "+prefix, func(text string) bool { return !strings.HasPrefix(text, prefix) })
}

// except is a rule for text that is not one of some words.
func except(words string) bound {
	all := strings.Fields(words)
	return ofText("none of "+strings.Join(all, ", "), func(text string) bool { return !slices.Contains(all, text) })
}

// identifier is a rule for names of RDS: lower case letters, digits and single hyphens, with a letter first and no hyphen last.
func identifier(most int) bound { return all(prefix(most), pattern(`.*[a-z0-9]`)) }

// prefix is a rule for what names of RDS begin with.
func prefix(most int) bound { return all(length(1, most), pattern(`[a-z](-?[a-z0-9])*-?`)) }

// among is a rule for texts or numbers of a list.
func among(values string) bound {
	all := strings.Fields(values)
	return func(value any) string {
		if slices.Contains(all, fmt.Sprint(value)) {
			return ""
		}
		return strings.Join(all, ", ")
	}
}

// between is a rule for numbers.
func between(least, most float64) bound {
	return func(value any) string {
		n, ok := value.(float64)
		if whole, isInt := value.(int); isInt {
			n, ok = float64(whole), true
		}
		if ok && n >= least && n <= most {
			return ""
		}
		return fmt.Sprintf("%v to %v", least, most)
	}
}

// addressBlock is a rule for blocks of addresses without host bits, of one or both IP versions, with a number of leading bits.
func addressBlock(least, most int, versions ...int) bound {
	allowed := fmt.Sprintf("a block of IPv%v addresses without host bits, /%d to /%d", versions, least, most)
	return ofText(allowed, func(text string) bool {
		p, err := netip.ParsePrefix(text)
		version := 6
		if p.Addr().Is4() {
			version = 4
		}
		return err == nil && p == p.Masked() && p.Bits() >= least && p.Bits() <= most && slices.Contains(versions, version)
	})
}

// privateNetwork is a rule for blocks of RFC 1918.
func privateNetwork(least, most int) bound {
	block := addressBlock(least, most, 4)
	return func(value any) string {
		if allowed := block(value); allowed != "" {
			return allowed
		}
		p := netip.MustParsePrefix(value.(string))
		for _, private := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
			if within(p, netip.MustParsePrefix(private)) {
				return ""
			}
		}
		return "a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
	}
}

// all is a rule for values that several rules allow.
func all(bounds ...bound) bound {
	return func(value any) string {
		for _, r := range bounds {
			if allowed := r(value); allowed != "" {
				return allowed
			}
		}
		return ""
	}
}

// arnForm is an ARN as verify/validate.go:ValidARNCheck of the Terraform AWS provider parses it: its partition, service, region, account
// and resource.
var arnForm = regexp.MustCompile(`^arn:aws(-[a-z]+)*:[^:]*:([a-z]{2}(-[a-z]+)+-[0-9])?:` +
	`(aws|aws-managed|third-party|[0-9]{12}|cw.{10})?:.+$`)

var (
	anArn      = ofText("an ARN", arnForm.MatchString)
	anAccount  = pattern("[0-9]{12}")
	aDocument  = ofText("JSON", func(text string) bool { return json.Valid([]byte(text)) })
	anObject   = ofText("a JSON object", func(text string) bool { return json.Unmarshal([]byte(text), &map[string]any{}) == nil })
	aPort      = between(-1, 65535)
	anyNetwork = addressBlock(0, 32, 4)
	anyNet6    = addressBlock(0, 128, 6)
	eitherNet  = addressBlock(0, 128, 4, 6)
	anAddress  = ofText("an IPv4 address", func(text string) bool { a, err := netip.ParseAddr(text); return err == nil && a.Is4() })
)

// Tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices.
const tagsOfResource = 50

// tagText is what keys and values of tags consist of.
var tagText = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// checkTags judges the tags of a resource.
func checkTags(in Properties) (faults []error) {
	tags, _ := in["tags"].(map[string]any)
	if len(tags) > tagsOfResource {
		faults = append(faults, refuse("TooManyTagsException", "tags has %d elements: a resource has at most %d", len(tags), tagsOfResource))
	}
	for _, key := range sortedKeys(tags) {
		value, _ := tags[key].(string)
		switch {
		case key == "" || utf8.RuneCountInString(key) > 128 || utf8.RuneCountInString(value) > 256:
			faults = append(faults, fmt.Errorf("tags[%q] is %q: allowed are keys of 1 to 128 and values of 0 to 256 characters", key, value))
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			faults = append(faults, fmt.Errorf("tags[%q]: keys that begin with aws: belong to AWS", key))
		case !tagText.MatchString(key) || !tagText.MatchString(value):
			faults = append(faults, fmt.Errorf("tags[%q] is %q: allowed are letters, digits, spaces and _ . : / = + - @", key, value))
		}
	}
	return faults
}
