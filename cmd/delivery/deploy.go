package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/stackname"
)

func newChanges() *cobra.Command {
	return &cobra.Command{
		Use:   "changes <events file>",
		Short: "Print true when the previewed deployment would do anything, else false",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), events.ParseLog(text).HasChanges())
			return nil
		},
	}
}

func newOutcome() *cobra.Command {
	var o delivery.Outcome
	var stack stackname.Name
	var engine, log string
	cmd := &cobra.Command{
		Use:   "outcome",
		Short: "Print what a deployment applied, what failed, and what to do next",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			texts, err := readAll(engine, log)
			if err != nil {
				return err
			}
			o.Stack = stack.String()
			o.Events, o.Log = events.ParseLog(texts[0]), string(texts[1])
			_, err = fmt.Fprint(cmd.OutOrStdout(), o.Summary())
			return err
		},
	}
	cmd.Flags().Var(&stack, "stack", "the environment")
	cmd.Flags().BoolVar(&o.Succeeded, "succeeded", false, "the deployment ended without an error")
	cmd.Flags().StringVar(&engine, "events", "", "file with the engine's events; it may be missing")
	cmd.Flags().StringVar(&log, "log", "", "file with what was printed; it may be missing")
	return required(cmd, "stack", "events", "log")
}

func newDrift() *cobra.Command {
	var stack stackname.Name
	var engine, run, title, body string
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Print what to do with the issue about an environment's drift: open, update <number>, close <number> or none",
		Long:  "Reads the open issues in JSON on standard input, and writes the issue's title and body to files.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			open, err := readNotes(cmd.InOrStdin())
			if err != nil {
				return err
			}
			text, err := os.ReadFile(engine)
			if err != nil {
				return err
			}
			action := delivery.Drift(stack.String(), events.ParseLog(text), open, run)
			if err := os.WriteFile(title, []byte(action.Title), 0o644); err != nil {
				return err
			}
			if err := os.WriteFile(body, []byte(action.Body), 0o644); err != nil {
				return err
			}
			if action.Number != 0 {
				fmt.Fprintln(cmd.OutOrStdout(), action.Verb, action.Number)
			} else {
				fmt.Fprintln(cmd.OutOrStdout(), action.Verb)
			}
			return nil
		},
	}
	cmd.Flags().Var(&stack, "stack", "the environment")
	cmd.Flags().StringVar(&engine, "events", "", "file with the engine's events of a refresh")
	cmd.Flags().StringVar(&run, "run", "", "URL of the run")
	cmd.Flags().StringVar(&title, "title", "", "file to write the title to")
	cmd.Flags().StringVar(&body, "body", "", "file to write the body to")
	return required(cmd, "stack", "events", "run", "title", "body")
}
