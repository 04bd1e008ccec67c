package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/review/delivery"
)

func newExpired() *cobra.Command {
	return &cobra.Command{
		Use:   "expired",
		Short: "Print the ephemeral stacks whose pull request is closed or whose time has come",
		Long: "Reads a stack a line on standard input: its name, the value of its tag " + delivery.ExpiryTag + ", and the state of its\n" +
			"pull request, open or closed, with tabs between them.\n" +
			"Ends with an error when an ephemeral stack has no readable expiry, after it has printed the others.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var stacks []delivery.Stack
			lines := bufio.NewScanner(cmd.InOrStdin())
			for lines.Scan() {
				fields := append(strings.Split(lines.Text(), "\t"), "", "")
				stacks = append(stacks, delivery.Stack{Name: fields[0], Expires: fields[1], PullRequest: fields[2]})
			}
			if err := lines.Err(); err != nil {
				return fmt.Errorf("reading the stacks: %w", err)
			}
			names, err := delivery.Expired(stacks, time.Now())
			for _, name := range names {
				fmt.Fprintln(cmd.OutOrStdout(), name)
			}
			return err
		},
	}
}

func newExpiry() *cobra.Command {
	var hours int
	cmd := &cobra.Command{
		Use:   "expiry",
		Short: "Print the tag's value for a stack that is to live for some hours more",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			value, err := delivery.Expiry(time.Now(), hours)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), value)
			return nil
		},
	}
	cmd.Flags().IntVar(&hours, "hours", 0, "hours from now")
	return required(cmd, "hours")
}

func newEphemeral() *cobra.Command {
	return &cobra.Command{
		Use:   "ephemeral <stack>",
		Short: "End with an error unless the stack is one of a pull request, by its name",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return delivery.RefuseLasting(args[0]) },
	}
}

func newEphemeralStacks() *cobra.Command {
	return &cobra.Command{
		Use:   "ephemeral-stacks",
		Short: "Print the names of the ephemeral stacks among those that `pulumi stack ls --json` prints, on standard input",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var stacks []struct{ Name string }
			if err := json.NewDecoder(cmd.InOrStdin()).Decode(&stacks); err != nil {
				return fmt.Errorf("reading the stacks: `pulumi stack ls --json` printed no JSON array: %w", err)
			}
			for _, stack := range stacks {
				if delivery.IsEphemeral(stack.Name) {
					fmt.Fprintln(cmd.OutOrStdout(), stack.Name)
				}
			}
			return nil
		},
	}
}
