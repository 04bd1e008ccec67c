package iamaccess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/glob"
	"github.com/modelway/modelway/internal/iamdoc"
)

// truth is whether a condition holds, where the caller may choose some of the keys.
type truth int

const (
	never truth = iota
	sometimes
	always
)

func truthOf(holds bool) truth {
	if holds {
		return always
	}
	return never
}

// resourceTag begins the condition keys of the resource's tags.
const resourceTag = "aws:resourcetag/"

// holds is whether all conditions of a statement do.
func (s Statement) holds(r Request) (truth, error) {
	all := always
	for operator, keys := range s.Condition {
		for key, wanted := range keys {
			one, err := r.condition(operator, key, wanted)
			if err != nil {
				return never, err
			}
			all = min(all, one)
		}
	}
	return all, nil
}

// values are those of a condition key, whose case does not matter; chosen says that they are the caller's choice.
func (r Request) values(key string) (values []string, chosen bool) {
	key = strings.ToLower(key)
	if name, isTag := strings.CutPrefix(key, resourceTag); isTag {
		for tag, value := range r.Tags {
			if strings.ToLower(tag) == name {
				return []string{value}, false
			}
		}
		return nil, false
	}
	for name, values := range r.Context {
		if strings.ToLower(name) == key {
			return values, false
		}
	}
	return nil, r.Free
}

// comparison says whether a value of the request is like one of the policy; negated operators want it unlike all of them.
type comparison struct {
	like    func(wanted, value string) bool
	negated bool
}

var comparisons = map[string]comparison{
	"StringEquals":              {like: equal},
	"StringNotEquals":           {like: equal, negated: true},
	"StringEqualsIgnoreCase":    {like: strings.EqualFold},
	"StringNotEqualsIgnoreCase": {like: strings.EqualFold, negated: true},
	"StringLike":                {like: glob.Match},
	"StringNotLike":             {like: glob.Match, negated: true},
	"ArnEquals":                 {like: MatchesArn},
	"ArnLike":                   {like: MatchesArn},
	"ArnNotEquals":              {like: MatchesArn, negated: true},
	"ArnNotLike":                {like: MatchesArn, negated: true},
	"Bool":                      {like: strings.EqualFold},
}

func equal(wanted, value string) bool { return wanted == value }

// condition holds one key of one operator against the request
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html). A key that is absent from the
// request satisfies negated operators, those that end in IfExists, and ForAllValues, and no other.
func (r Request) condition(operator, key string, wanted iamdoc.Values) (truth, error) {
	values, chosen := r.values(key)
	if chosen {
		return sometimes, nil
	}
	if operator == "Null" {
		return truthOf((len(values) == 0) == (len(wanted) == 1 && strings.EqualFold(wanted[0], "true"))), nil
	}
	name, ifExists := strings.CutSuffix(operator, "IfExists")
	set, name, isSet := cutSet(name)
	compare, known := comparisons[name]
	if !known {
		return never, fmt.Errorf("the condition operator %q is not known here: add it to the comparisons", operator)
	}
	matches := func(value string) bool {
		like := slices.ContainsFunc(wanted, func(w string) bool { return compare.like(w, value) })
		return like != compare.negated
	}
	switch {
	case isSet && set == "ForAllValues":
		return truthOf(!slices.ContainsFunc(values, func(v string) bool { return !matches(v) })), nil
	case len(values) == 0:
		return truthOf(ifExists || compare.negated && !isSet), nil
	default:
		return truthOf(slices.ContainsFunc(values, matches)), nil
	}
}

// cutSet divides an operator such as ForAnyValue:StringLike.
func cutSet(operator string) (set, name string, isSet bool) {
	set, name, isSet = strings.Cut(operator, ":")
	if !isSet {
		return "", operator, false
	}
	return set, name, true
}
