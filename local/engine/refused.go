package engine

import "errors"

// ErrRefused is the error of an operation that the program refused before it changed anything, as it does with settings and model files
// that have faults.
var ErrRefused = errors.New("the program refused it")

// outcome is an error of a kind, ErrRefused or ErrLost, in the words of what reported it.
type outcome struct {
	kind error
	text string
}

func (o outcome) Error() string { return o.text }

func (o outcome) Unwrap() error { return o.kind }

// untouched says whether nothing was changed or is under way but for the stack itself, which each operation begins with.
func (p *Progress) untouched() bool {
	for _, change := range p.Changes {
		if change.Type != stackType {
			return false
		}
	}
	name, _ := p.oldest()
	return name == ""
}
