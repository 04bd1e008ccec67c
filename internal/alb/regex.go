package alb

import (
	"errors"
	"regexp"
)

// noUnicodeClass is the reason for which AWS refuses classes such as \p{L}, which Go has.
var noUnicodeClass = errors.New(`has a Unicode character class such as \p{L}`)

// compile reads a regular expression of a condition or a transform. ALB has no lookaround, backreferences, atomic groups,
// possessive quantifiers, subroutines and recursion, which Go does not have either, and no Unicode character classes
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html).
func compile(expression string) (*regexp.Regexp, error) {
	for i := 0; i+1 < len(expression); i++ {
		if expression[i] != '\\' {
			continue
		}
		i++
		if expression[i] == 'p' || expression[i] == 'P' {
			return nil, noUnicodeClass
		}
	}
	return regexp.Compile(expression)
}
