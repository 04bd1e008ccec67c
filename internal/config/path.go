package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// path leads to one value of the configuration: names of keys (string) and places in lists (int). The first is a
// top-level key.
type path []any

// plainName is a key that Pulumi's path syntax takes without quotes.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// at returns the path to a value below.
func (p path) at(steps ...any) path {
	return append(append(make(path, 0, len(p)+len(steps)), p...), steps...)
}

// String writes the path as `pulumi config set --path` takes it, such as modelway:compute.nodeGroups[0].labels["a.b/c"].
func (p path) String() string {
	var b strings.Builder
	for i, step := range p {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		case string:
			switch {
			case i == 0:
				b.WriteString(fullKey(step))
			case plainName.MatchString(step):
				b.WriteString("." + step)
			default:
				b.WriteString("[" + strconv.Quote(step) + "]")
			}
		}
	}
	return b.String()
}

// name returns the last key, with [] after it where the path leads into its list.
func (p path) name() string {
	for i := len(p) - 1; i >= 0; i-- {
		if key, ok := p[i].(string); ok {
			return key + strings.Repeat("[]", len(p)-1-i)
		}
	}
	return ""
}

// within reports whether the path is the other one or leads below it.
func (p path) within(other path) bool {
	if len(p) < len(other) {
		return false
	}
	for i, step := range other {
		if p[i] != step {
			return false
		}
	}
	return true
}

// touches reports whether one of the paths leads to or through the other.
func (p path) touches(other path) bool { return p.within(other) || other.within(p) }
