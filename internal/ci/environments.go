package ci

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/modelway/modelway/internal/review/delivery"
)

// change is what a step looks at: every environment, or those that the checked-out change touches, compared with a commit.
type change struct {
	all    bool
	base   string
	models models
}

func (c *change) inputs(in inputs) {
	c.all = in.optional(allVariable) == "true"
	c.models.inputs(in)
	unless := in.only("unless ALL=true", !c.all)
	unless.program("git")
	c.base = unless.required(baseVariable)
	unless.check(func() error { return c.models.isCommit(c.base) })
}

// environments are those of the change. Stacks of which it takes the settings away are named in the log.
func (c *change) environments(w *work) ([]string, error) {
	files, err := filesHere()
	if err != nil {
		return nil, err
	}
	environments, err := delivery.Environments(files)
	if err != nil || c.all {
		return environments, err
	}
	changed, err := c.models.changedSince(w, c.base)
	if err != nil {
		return nil, err
	}
	for _, stack := range delivery.Forgotten(files, changed) {
		fmt.Fprintf(w.Err, "The change takes away Pulumi.%[1]s.yaml: stack %[1]s is no longer previewed, deployed or watched, "+
			"and what it made stays. Destroy it first, or rename it, with `pulumi stack rename`.\n", stack)
	}
	return delivery.Touched(environments, changed), nil
}

// filesHere are the names of the files in the working directory.
func filesHere() (names []string, err error) {
	entries, err := os.ReadDir(".")
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// environments says which environments the checked-out change touches: in the merge commit of a pull request, what it would change.
type environments struct{ change change }

func (e *environments) inputs(in inputs) { e.change.inputs(in) }

func (e *environments) run(w *work) error {
	environments, err := e.change.environments(w)
	if err != nil {
		return err
	}
	matrix, err := json.Marshal(delivery.Matrix(environments))
	if err != nil {
		return err
	}
	return w.output("matrix", string(matrix))
}

// lines are the lines of a text; none for an empty text.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
