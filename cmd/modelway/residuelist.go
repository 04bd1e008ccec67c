package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/pricing"
	"github.com/modelway/modelway/internal/residue"
	"github.com/modelway/modelway/internal/sheet"
)

// Exit codes of modelway residue: only what is kept on purpose is left, and something else is.
const (
	exitKept = 3
	exitLeft = 4
)

// leftBehind is what a stack left behind, and what goes by itself.
type leftBehind struct {
	Stack   string          `json:"stack"`
	Cluster string          `json:"cluster"`
	Region  string          `json:"region"`
	Left    []residue.Thing `json:"left"`
	Going   []residue.Thing `json:"going"`
}

// show writes the list.
func (l leftBehind) show(w io.Writer, asJSON bool, stateErr error) error {
	if asJSON {
		return writeJSON(w, l)
	}
	if len(l.Left) == 0 {
		fmt.Fprintf(w, "%s left nothing behind in %s\n", l.Stack, l.Region)
	} else {
		prices, _ := pricing.In(l.Region) // a region without prices has none to show
		table := sheet.Of("Kind", "Identifier", "Known by", "USD a month:")
		var sum pricing.USD
		for _, t := range l.Left {
			month, known := t.Month(prices)
			cost := ""
			if known {
				sum, cost = sum+month, month.String()
			}
			table.Add(strings.TrimPrefix(t.Type, "AWS::"), t.ID, t.Why, cost)
		}
		fmt.Fprintf(w, "%s, cluster %s, left %s behind in %s, which cost %s USD a month or more at list prices\n\n%s\n", l.Stack, l.Cluster,
			sheet.Count(len(l.Left), "thing"), l.Region, sum, table.Text())
	}
	if len(l.Going) > 0 {
		table := sheet.Of("Kind", "Identifier")
		for _, t := range l.Going {
			table.Add(strings.TrimPrefix(t.Type, "AWS::"), t.ID)
		}
		fmt.Fprintf(w, "Gone already, or going by itself, and not counted: tags outlive what they are on, by an hour or until a key's "+
			"deletion\n\n%s\n", table.Text())
	}
	if stateErr != nil && len(l.Left) > 0 {
		fmt.Fprintf(w, "What a state may still know is among them: %v\n", stateErr)
	}
	return nil
}

// end is the error of a list that is not empty, with its exit code.
func (l leftBehind) end() error {
	if len(l.Left) == 0 {
		return nil
	}
	kept := len(l.Left) - len(slices.DeleteFunc(slices.Clone(l.Left), func(t residue.Thing) bool { return t.Kind().Data }))
	if kept == len(l.Left) {
		return onlyKept{kept}
	}
	return somethingLeft{len(l.Left), kept}
}

// somethingLeft is the end of a list with more than what is kept.
type somethingLeft struct{ n, kept int }

func (s somethingLeft) Error() string {
	text := sheet.Count(s.n, "thing") + " left behind; modelway residue --delete deletes them"
	if s.kept > 0 {
		text += fmt.Sprintf(", but for %d that may hold data, which --data deletes", s.kept)
	}
	return text
}
func (somethingLeft) ExitCode() int { return exitLeft }

// onlyKept is the end where nothing is left but what is kept on purpose.
type onlyKept struct{ n int }

func (o onlyKept) Error() string {
	return sheet.Count(o.n, "thing") + " left, and nothing but what may hold data, which is kept on purpose; modelway residue --delete " +
		"--data deletes it"
}
func (onlyKept) ExitCode() int { return exitKept }
