package workflows

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/rhysd/actionlint"
)

// tree is a checkout: what each file has, by its path.
type tree map[string]string

// with is the tree after changes of files.
func (t tree) with(files ...string) tree {
	changed := maps.Clone(t)
	for _, file := range files {
		changed[file] += "changed "
	}
	return changed
}

// hash is that of the files which patterns name, as hashFiles has it: a pattern that begins with ! takes files away
// (https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#hashfiles).
func (t tree) hash(patterns []string) string {
	matches := func(path string) (found bool) {
		for _, pattern := range patterns {
			without, not := strings.CutPrefix(pattern, "!")
			if doublestar.MatchUnvalidated(without, path) {
				found = !not
			}
		}
		return found
	}
	sum := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(t)) {
		if matches(path) {
			fmt.Fprintln(sum, path, t[path])
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))[:12]
}

// values are what expressions read, by their whole names, such as github.ref. Another name is empty, as on GitHub.
type values map[string]string

var interpolation = regexp.MustCompile(`\$\{\{(.*?)\}\}`)

// fill is a text with its expressions in place.
func (v values) fill(t tree, text string) string {
	return interpolation.ReplaceAllStringFunc(text, func(found string) string { return v.evaluate(t, found[3:len(found)-2]) })
}

// condition says whether a step or a job runs.
func (v values) condition(t tree, text string) bool {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "${{"), "}}")
	return text == "" || truthy(v.evaluate(t, text))
}

func (v values) evaluate(t tree, expression string) string {
	node, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(expression + "}}"))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", expression, err))
	}
	return v.of(t, node)
}

// truthy says what a value is as a condition. No value of these workflows is a number.
func truthy(value string) bool { return value != "" && value != "false" }

// of is the value of an expression (https://docs.github.com/en/actions/reference/workflows-and-actions/expressions).
func (v values) of(t tree, node actionlint.ExprNode) string {
	switch n := node.(type) {
	case *actionlint.StringNode:
		return n.Value
	case *actionlint.VariableNode, *actionlint.ObjectDerefNode, *actionlint.IndexAccessNode:
		return v.named(v.name(t, n))
	case *actionlint.NotOpNode:
		return fmt.Sprint(!truthy(v.of(t, n.Operand)))
	case *actionlint.CompareOpNode:
		equal := strings.EqualFold(v.of(t, n.Left), v.of(t, n.Right))
		return fmt.Sprint(equal == (n.Kind == actionlint.CompareOpNodeKindEq))
	case *actionlint.LogicalOpNode:
		left := v.of(t, n.Left)
		if truthy(left) == (n.Kind == actionlint.LogicalOpNodeKindOr) {
			return left
		}
		return v.of(t, n.Right)
	case *actionlint.FuncCallNode:
		args := make([]string, len(n.Args))
		for i, arg := range n.Args {
			args[i] = v.of(t, arg)
		}
		return call(t, strings.ToLower(n.Callee), args)
	default:
		panic(fmt.Sprintf("an expression has a %T, which this test does not know", node))
	}
}

// named is a value by its name, of which the case does not count.
func (v values) named(name string) string {
	for has, value := range v {
		if strings.EqualFold(has, name) {
			return value
		}
	}
	return ""
}

// name is the whole name of what an expression reads.
func (v values) name(t tree, node actionlint.ExprNode) string {
	switch n := node.(type) {
	case *actionlint.ObjectDerefNode:
		return v.name(t, n.Receiver) + "." + n.Property
	case *actionlint.IndexAccessNode:
		return v.name(t, n.Operand) + "." + v.of(t, n.Index)
	case *actionlint.ArrayDerefNode:
		return v.name(t, n.Receiver) + ".*"
	default:
		return n.(*actionlint.VariableNode).Name
	}
}

func call(t tree, function string, args []string) string {
	switch function {
	case "hashfiles":
		return t.hash(args)
	case "contains":
		return fmt.Sprint(strings.Contains(args[0], args[1]))
	case "startswith":
		return fmt.Sprint(strings.HasPrefix(args[0], args[1]))
	case "format":
		text := args[0]
		for i, arg := range args[1:] {
			text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), arg)
		}
		return text
	case "success", "always":
		return "true"
	case "failure", "cancelled":
		return "false"
	default:
		panic(fmt.Sprintf("an expression calls %s, which this test does not know", function))
	}
}
