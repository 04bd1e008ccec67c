package rules

import (
	"encoding/json"
	"fmt"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/strict"
)

// path leads to a property: keys and list indexes.
type path = strict.Path

// show writes a value, or words about it, for a message; that of a secret is hidden.
func show(given any) string {
	const limit = 120
	v, isValue := given.(resource.Value)
	if isValue {
		switch {
		case !v.Given():
			return "not set"
		case v.Secret():
			return "a secret"
		}
		given = v.Raw()
	}
	text, words := given.(string)
	if !words || isValue {
		encoded, err := json.Marshal(hide(given))
		if err != nil {
			return fmt.Sprint(given)
		}
		text = string(encoded)
	}
	runes := []rune(text)
	if len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return text
}

// hide replaces what is secret or unknown in a value.
func hide(given any) any {
	return resource.Rewrite(given, func(v any) (any, bool) {
		switch v.(type) {
		case resource.Secret:
			return "[secret]", true
		case resource.Unknown:
			return "[unknown]", true
		}
		return nil, false
	})
}

// truth is the answer of a test that may have to wait for a value.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func whether(is bool) truth {
	if is {
		return yes
	}
	return no
}

// perhaps is maybe or no.
func perhaps(is bool) truth {
	if is {
		return maybe
	}
	return no
}

// present says whether there is a value; one that is unknown may turn out to be none.
func present(v resource.Value) truth {
	if v.Unknown() {
		return maybe
	}
	return whether(v.Given())
}

// any3 is yes when one of the answers is.
func any3(answers ...truth) truth {
	best := no
	for _, answer := range answers {
		best = max(best, answer)
	}
	return best
}

// all3 is yes when all answers are.
func all3(answers ...truth) truth {
	worst := yes
	for _, answer := range answers {
		worst = min(worst, answer)
	}
	return worst
}

// equal compares two values of which either may be unknown.
func equal(a, b resource.Value) truth {
	if a.Unknown() || b.Unknown() {
		return maybe
	}
	return whether(a.Given() && b.Given() && a.Raw() == b.Raw())
}

// matches says whether a label selector chooses the labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/).
// Without a selector, as with an empty one, it chooses all.
func matches(selector, labels resource.Value) truth {
	if selector.Unknown() || labels.Unknown() {
		return maybe
	}
	answer := yes
	wanted := selector.At("matchLabels")
	if wanted.Unknown() {
		answer = maybe
	}
	keys, _ := wanted.Raw().(map[string]any)
	for key := range keys {
		if answer = all3(answer, equal(wanted.At(key), labels.At(key))); answer == no {
			return no
		}
	}
	if selector.At("matchExpressions").Given() {
		answer = all3(answer, maybe) // no object of Modelway has them
	}
	return answer
}
