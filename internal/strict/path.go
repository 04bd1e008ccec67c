package strict

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Namespace is the Pulumi configuration namespace of the settings: the project's name in Pulumi.yaml.
const Namespace = "modelway"

// Path leads to one value: names of keys (string) and places in lists (int). The first step of a path to a setting is a top-level key.
type Path []any

// plainName is a key that Pulumi's path syntax takes without quotes.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// At returns the path to a value below.
func (p Path) At(steps ...any) Path {
	return append(append(make(Path, 0, len(p)+len(steps)), p...), steps...)
}

// String writes the path as Pulumi does, such as spec.containers[0].labels["a.b/c"].
func (p Path) String() string { return strings.TrimPrefix(p.steps(), ".") }

// Key writes the path to a setting as `pulumi config set --path` takes it, such as modelway:compute.nodeGroups[0].minSize.
func (p Path) Key() string {
	if len(p) == 0 {
		return ""
	}
	return FullKey(fmt.Sprint(p[0])) + p[1:].steps()
}

func (p Path) steps() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		case string:
			if plainName.MatchString(step) {
				b.WriteString("." + step)
			} else {
				b.WriteString("[" + strconv.Quote(step) + "]")
			}
		}
	}
	return b.String()
}

// FullKey puts Namespace before a key that has none.
func FullKey(key string) string {
	if strings.Contains(key, ":") {
		return key
	}
	return Namespace + ":" + key
}

// Name returns the last key, with [] after it where the path leads into its list.
func (p Path) Name() string {
	for i := len(p) - 1; i >= 0; i-- {
		if key, ok := p[i].(string); ok {
			return key + strings.Repeat("[]", len(p)-1-i)
		}
	}
	return ""
}

// Within reports whether the path is the other one or leads below it.
func (p Path) Within(other Path) bool {
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
func (p Path) touches(other Path) bool { return p.Within(other) || other.Within(p) }
