package repo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/ci"
)

// TestStepsAreCurrent compares the table of docs/continuous-delivery.md with the steps; with -update it writes it.
func TestStepsAreCurrent(t *testing.T) {
	table := strings.Builder{}
	table.WriteString("| step | what it does | needs |\n|---|---|---|\n")
	for _, step := range ci.Steps {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", step.Name, step.Summary, needs(step))
	}
	requireTable(t, "docs/continuous-delivery.md", generatedFrom("internal/ci"), table.String())
}

// needs are the programs and variables of a step, by when it needs them.
func needs(step ci.Step) string {
	var order []string
	names := map[string][]string{}
	for _, need := range step.Needs() {
		when := need.Needed()
		if !slices.Contains(order, when) {
			order = append(order, when)
		}
		name := "`" + need.Name + "`"
		if need.Program {
			name = need.Name
		}
		names[when] = append(names[when], name)
	}
	var parts []string
	for _, when := range order {
		part := strings.Join(names[when], ", ")
		if when != "always" {
			part = when + ": " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// TestStepsHaveTargets requires each step to be a command of the Makefile, which builds the program first, and no command of another step.
func TestStepsHaveTargets(t *testing.T) {
	text := read(t, "Makefile")
	targets := map[string]string{"train": "train-cluster"}
	for _, list := range []struct{ variable, prefix string }{{"delivery", "delivery-"}, {"by-hand", ""}} {
		_, rest, found := strings.Cut(text, "\n"+list.variable+" := ")
		require.True(t, found, list.variable)
		line, _, _ := strings.Cut(rest, "\n")
		for _, step := range strings.Fields(line) {
			targets[step] = list.prefix + step
		}
	}
	for _, step := range ci.Names() {
		require.Contains(t, targets, step)
		require.Contains(t, dryRun(t, targets[step]), "\n.modelway/bin/modelway ci "+step+"\n", targets[step])
		delete(targets, step)
	}
	require.Empty(t, targets, "these are no steps")
}
