// Package glob matches texts with patterns in which * stands for any characters, none included, and ? for exactly one: those of Fargate
// selectors, IAM policies, image patterns and load balancer rules.
package glob

import (
	"strings"
)

// The wildcards of a glob; every other element is the character itself.
const (
	anyRun rune = -1 // "*": zero or more characters, slashes and dots included
	anyOne rune = -2 // "?": exactly one character
)

// Glob is a pattern.
type Glob []rune

// Match reports whether the whole text fits a pattern.
func Match(pattern, text string) bool { return New(pattern, false).Match(text) }

// MatchWithin is Match where no wildcard stands for one of the stops.
func MatchWithin(pattern, stops, text string) bool { return New(pattern, false).match(text, stops) }

// New reads a pattern. With escapes, a backslash makes the next character literal, as in query-string conditions.
func New(pattern string, escapes bool) Glob {
	var g Glob
	literal := false
	for _, r := range pattern {
		switch {
		case literal:
			g, literal = append(g, r), false
		case escapes && r == '\\':
			literal = true
		case r == '*':
			g = append(g, anyRun)
		case r == '?':
			g = append(g, anyOne)
		default:
			g = append(g, r)
		}
	}
	return g
}

// Wildcards returns the number of wildcards.
func (g Glob) Wildcards() int {
	count := 0
	for _, r := range g {
		if r < 0 {
			count++
		}
	}
	return count
}

// Match reports whether g matches the whole text.
func (g Glob) Match(text string) bool { return g.match(text, "") }

// match lets the latest "*" take one character more on a mismatch.
func (g Glob) match(s, stops string) bool {
	text := []rune(s)
	at, star, resume := 0, -1, 0
	for i := 0; i < len(text); {
		switch {
		case at < len(g) && g[at] == anyRun:
			star, resume = at, i
			at++
		case at < len(g) && (g[at] == text[i] || g[at] == anyOne && !strings.ContainsRune(stops, text[i])):
			at++
			i++
		case star >= 0 && !strings.ContainsRune(stops, text[resume]):
			resume++
			at, i = star+1, resume
		default:
			return false
		}
	}
	for at < len(g) && g[at] == anyRun {
		at++
	}
	return at == len(g)
}

// Covers reports whether g matches everything that other matches. It walks other as an automaton next to the set of
// positions that g can be in, and looks for a text that ends other but not g.
func (g Glob) Covers(other Glob) bool {
	if other.Wildcards() == 0 {
		return g.Match(string(other))
	}
	const fresh = '\x00' // stands for all characters that neither pattern names
	alphabet := map[rune]bool{fresh: true}
	for _, r := range append(append(Glob{}, g...), other...) {
		if r >= 0 {
			alphabet[r] = true
		}
	}
	type state struct {
		at        int    // position in other
		positions string // one byte per position in g: 1 when g can be there
	}
	seen := map[state]bool{}
	var safe func(state) bool
	safe = func(s state) bool {
		if seen[s] {
			return true
		}
		seen[s] = true
		if s.at == len(other) {
			return s.positions[len(g)] == 1
		}
		if !strings.Contains(s.positions, "\x01") {
			return false // g is dead, and other can always be completed
		}
		switch r := other[s.at]; {
		case r >= 0:
			return safe(state{s.at + 1, g.step(s.positions, r)})
		case r == anyRun && !safe(state{s.at + 1, s.positions}):
			return false
		default:
			next := s.at // "*" stays where it is
			if r == anyOne {
				next++
			}
			for c := range alphabet {
				if !safe(state{next, g.step(s.positions, c)}) {
					return false
				}
			}
			return true
		}
	}
	start := make([]byte, len(g)+1)
	start[0] = 1
	return safe(state{0, g.close(start)})
}

// step gives the positions of g after it has read c.
func (g Glob) step(positions string, c rune) string {
	next := make([]byte, len(g)+1)
	for i, r := range g {
		if positions[i] == 0 {
			continue
		}
		switch r {
		case anyRun:
			next[i] = 1
		case anyOne, c:
			next[i+1] = 1
		}
	}
	return g.close(next)
}

// close adds the positions that g reaches without reading: behind each "*".
func (g Glob) close(positions []byte) string {
	for i, r := range g {
		if r == anyRun && positions[i] == 1 {
			positions[i+1] = 1
		}
	}
	return string(positions)
}

// Intersects reports whether some text matches both patterns.
func (g Glob) Intersects(other Glob) bool {
	reach := make([][]bool, len(g)+1) // reach[i][j]: g[i:] and other[j:] have a text in common
	for i := len(g); i >= 0; i-- {
		reach[i] = make([]bool, len(other)+1)
		for j := len(other); j >= 0; j-- {
			switch {
			case i == len(g) && j == len(other):
				reach[i][j] = true
			case i < len(g) && g[i] == anyRun:
				reach[i][j] = reach[i+1][j] || j < len(other) && reach[i][j+1]
			case j < len(other) && other[j] == anyRun:
				reach[i][j] = reach[i][j+1] || i < len(g) && reach[i+1][j]
			case i < len(g) && j < len(other) && (g[i] == anyOne || other[j] == anyOne || g[i] == other[j]):
				reach[i][j] = reach[i+1][j+1]
			}
		}
	}
	return reach[0][0]
}
