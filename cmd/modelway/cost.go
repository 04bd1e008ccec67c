package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/cost"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/platform/ahead"
)

func newCost() *cobra.Command {
	var root string
	var stack stackname.Name
	var f format
	cmd := &cobra.Command{
		Use:   "cost --stack NAME",
		Short: "Tell what a stack costs a month at list prices",
		Long: "Tell what a stack costs a month at list prices, and what each model costs. The bill is made from the resources that the " +
			"program\n" +
			"registers with the settings of the stack, so that it needs no preview, engine or credentials. docs/cost.md says what is counted.",
		Example: "  modelway cost --stack prod\n" +
			"  modelway cost --stack prod --format markdown > cost.md\n" +
			"  modelway cost --stack dev --format json | jq .bill.least",
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return runCost(cmd.OutOrStdout(), root, stack.String(), f, time.Now())
	}
	addStackFlags(cmd, &root, &stack, &f)
	return cmd
}

// runCost writes the bill of a stack on a day, which decides whether its Kubernetes version is in extended support.
func runCost(w io.Writer, root, stack string, f format, day time.Time) error {
	found, err := ahead.Look(root, stack)
	if err != nil {
		return err
	}
	bill := cost.Of(found.Set(), found.Region, day)
	switch f {
	case formatJSON:
		return writeJSON(w, map[string]any{"stack": stack, "bill": bill, "assumptions": found.Assumptions})
	case formatMarkdown:
		_, err = fmt.Fprintf(w, "## Cost of %s\n\n%s%s", stack, bill.Markdown(), list("### Assumptions", found.Assumptions))
	default:
		in := terminal.Of(w)
		_, err = fmt.Fprintf(w, "Cost of %s\n\n%s%s", stack, bill.Table(in), listIn(in, "Assumptions", found.Assumptions))
	}
	return err
}
