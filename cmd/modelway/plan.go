package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/room"
	"github.com/modelway/modelway/internal/sheet"
	"github.com/modelway/modelway/internal/stackname"
	"github.com/modelway/modelway/internal/terminal"
	"github.com/modelway/modelway/platform/ahead"
)

func newPlan() *cobra.Command {
	var root string
	var stack stackname.Name
	var f format
	cmd := &cobra.Command{
		Use:   "plan --stack NAME",
		Short: "Tell where the models of a stack go, and how much room is left",
		Long: "Tell which load balancer each host gets, how much of every quota the stack uses, and which size models on Fargate are billed " +
			"for. It\n" +
			"runs the program with the settings of the stack, and needs no preview, engine or credentials.",
		Example: "  modelway plan --stack prod\n" +
			"  modelway plan --stack prod --format markdown > plan.md\n" +
			"  modelway plan --stack prod --format json | jq '.room[] | select(.used > 0.9 * .quota)'",
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runPlan(cmd.OutOrStdout(), root, stack.String(), f) }
	addStackFlags(cmd, &root, &stack, &f)
	return cmd
}

// plan is what the command writes.
type plan struct{ room.Plan }

func planOf(root, stack string) (p plan, err error) {
	found, err := ahead.Look(root, stack)
	if err != nil {
		return p, err
	}
	p = plan{room.Of(stack, found.Set(), found.Outputs.Mappable())}
	p.Warnings, p.Assumptions = append([]string{}, found.Warnings...), found.Assumptions
	return p, nil
}

func runPlan(w io.Writer, root, stack string, f format) error {
	p, err := planOf(root, stack)
	if err != nil {
		return err
	}
	switch f {
	case formatJSON:
		return writeJSON(w, p)
	case formatMarkdown:
		_, err = fmt.Fprintf(w, "## Plan of %s\n%s%s%s", stack, p.tables("### ", (*sheet.Table).Markdown), list("### Warnings", p.Warnings),
			list("### Assumptions", p.Assumptions))
	default:
		_, err = fmt.Fprint(w, p.text(terminal.Of(w)))
	}
	return err
}

// text is the plan for a terminal, or for what is none.
func (p plan) text(in terminal.Terminal) string {
	return in.Fit("Plan of "+p.Stack, 0) + "\n" + p.tables("", func(t *sheet.Table) string { return t.TextIn(in, 0) }) +
		listIn(in, "Warnings", p.Warnings) + listIn(in, "Assumptions", p.Assumptions)
}

// tables are those that have rows, each under its heading.
func (p plan) tables(mark string, lay func(*sheet.Table) string) string {
	var text strings.Builder
	for _, part := range []struct {
		heading string
		table   *sheet.Table
	}{{"Load balancers", p.balancerTable()}, {"Room", p.roomTable()}, {"Models on Fargate", p.fargateTable()}} {
		if !part.table.Empty() {
			fmt.Fprintf(&text, "\n%s%s\n\n%s", mark, part.heading, lay(part.table))
		}
	}
	return text.String()
}

// listedHosts is the number of hosts of a load balancer that a table names.
const listedHosts = 3

func (p plan) balancerTable() *sheet.Table {
	table := sheet.Of("Load balancer", "Scheme", "Models:", "Rules:", "Target groups:", "Targets:", "Hosts")
	for _, b := range p.LoadBalancers {
		hosts := strings.Join(b.Hosts[:min(listedHosts, len(b.Hosts))], ", ")
		if more := len(b.Hosts) - listedHosts; more > 0 {
			hosts += fmt.Sprintf(" and %d more", more)
		}
		table.Add(b.Name, b.Scheme, b.Models, b.Rules, b.TargetGroups, b.Targets, hosts)
	}
	return table
}

func (p plan) roomTable() *sheet.Table {
	table := sheet.Of("What", "Used:", "Of:", "Free:")
	for _, r := range p.Room {
		table.Add(r.What, r.Used, r.Quota, r.Quota-r.Used)
	}
	return table
}

func (p plan) fargateTable() *sheet.Table {
	table := sheet.Of("Model", "Pods:", "CPU:", "Memory:", "Billed size", "Unused")
	for _, m := range p.Fargate {
		table.Add(m.Model, fmt.Sprintf("%d to %d", m.Least, m.Most), m.CPU, m.Memory, m.Size, m.Unused)
	}
	return table
}
