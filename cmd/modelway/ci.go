package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/ci"
	"github.com/modelway/modelway/internal/sheet"
)

func newCI() *cobra.Command {
	var list bool
	cmd := &cobra.Command{
		Use:   "ci STEP",
		Short: "Run a step of the workflows of continuous delivery",
		Long: "Run a step of the workflows of continuous delivery, which are in .github/workflows, here as there: at the root of the\n" +
			"checkout, with its inputs in environment variables. It checks all of them before it does anything, and names what is wrong with\n" +
			"each. docs/continuous-delivery.md describes the workflows.\n\n" +
			"What a step hands on goes to the files that GITHUB_OUTPUT and GITHUB_STEP_SUMMARY name, and to standard output without them.\n\n" +
			"Steps, and what each needs; `modelway ci STEP --help` says more:\n\n" + needsOfSteps() + "\n" +
			"Exit codes: 0 done, 1 failed, 2 a variable or a program is missing or wrong, and nothing has been done.",
		Example: "  modelway ci --list\n" +
			"  BASE=origin/main modelway ci environments\n" +
			"  STACK=prod modelway ci plan",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("%q is not a step; allowed: %s", args[0], strings.Join(ci.Names(), ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !list {
				return cmd.Help()
			}
			table := sheet.Of("Step", "What it does")
			for _, step := range ci.Steps {
				table.Add(step.Name, step.Summary)
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), strings.TrimLeft(table.Text(), "\n"))
			return err
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the steps, and do nothing")
	for _, step := range ci.Steps {
		cmd.AddCommand(newStep(step))
	}
	return cmd
}

// needsOfSteps lists the steps with the variables and programs of each.
func needsOfSteps() string {
	var text strings.Builder
	for _, step := range ci.Steps {
		var names []string
		for _, need := range step.Needs() {
			names = append(names, need.Name)
		}
		fmt.Fprintf(&text, "  %-22s %s\n", step.Name, strings.Join(names, " "))
	}
	return text.String()
}

func newStep(step ci.Step) *cobra.Command {
	table := sheet.Of("Name", "Needed", "What it is")
	for _, need := range step.Needs() {
		table.Add(need.Name, need.Needed(), need.What)
	}
	return &cobra.Command{
		Use:   step.Name,
		Short: step.Summary,
		Long:  step.Summary + ".\n\nEnvironment variables, and programs on PATH:\n" + table.Text(),
		Args:  takesNothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			self, err := os.Executable()
			if err != nil {
				return err
			}
			return untilInterrupted(func(ctx context.Context) error {
				return step.Run(ctx, ci.Workplace{
					Env: os.Getenv, Out: cmd.OutOrStdout(), Err: cmd.ErrOrStderr(),
					// MODELWAY is another program in place of this one's other commands, for tests.
					Self: cmp.Or(os.Getenv("MODELWAY"), self),
				})
			})
		},
	}
}
