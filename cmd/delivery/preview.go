package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/stackname"
)

func newEnvironments() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "environments",
		Short: "Print the environments that the paths on standard input touch, as the matrix of a workflow in JSON",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			environments, err := environmentsHere(cmd, all)
			if err != nil {
				return err
			}
			matrix, err := json.Marshal(delivery.Matrix(environments))
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), string(matrix))
			return nil
		},
	}
	addAll(cmd, &all)
	return cmd
}

func addAll(cmd *cobra.Command, all *bool) {
	cmd.Flags().BoolVar(all, "all", false, "print every environment, and read nothing")
}

// environmentsHere are the environments of the working directory, all of them or those that the paths on standard input touch.
func environmentsHere(cmd *cobra.Command, all bool) ([]string, error) {
	files, err := filesHere()
	if err != nil {
		return nil, err
	}
	environments, err := delivery.Environments(files)
	if err != nil || all {
		return environments, err
	}
	var changed []string
	lines := bufio.NewScanner(cmd.InOrStdin())
	for lines.Scan() {
		changed = append(changed, lines.Text())
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the changed paths: %w", err)
	}
	for _, stack := range delivery.Forgotten(files, changed) {
		fmt.Fprintf(cmd.ErrOrStderr(), "The change takes away Pulumi.%[1]s.yaml: stack %[1]s is no longer previewed, deployed or watched, "+
			"and what it made stays. "+
			"Destroy it first, or rename it, with `pulumi stack rename`.\n", stack)
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

func newStack() *cobra.Command {
	return &cobra.Command{
		Use:   "stack -- <name>",
		Short: "End with an error unless the name of a stack is allowed, before a script makes a folder of it",
		Args:  cobra.ExactArgs(1),
		RunE:  func(_ *cobra.Command, args []string) error { return stackname.Check(args[0]) },
	}
}

func newSection() *cobra.Command {
	var p delivery.Preview
	var stack stackname.Name
	var report, engine, log string
	cmd := &cobra.Command{
		Use:   "section",
		Short: "Print what a comment or job summary says about the preview of an environment",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			texts, err := readAll(report, engine, log)
			if err != nil {
				return err
			}
			p.Stack = stack.String()
			p.Report, p.Events, p.Log = string(texts[0]), events.ParseLog(texts[1]), string(texts[2])
			_, err = fmt.Fprint(cmd.OutOrStdout(), p.Section())
			return err
		},
	}
	cmd.Flags().Var(&stack, "stack", "the environment")
	cmd.Flags().BoolVar(&p.Live, "live", false, "the environment's own stack was compared")
	cmd.Flags().StringVar(&p.Base, "base", "", "the revision that an offline preview compares with")
	cmd.Flags().BoolVar(&p.Failed, "failed", false, "the preview itself failed")
	cmd.Flags().StringVar(&report, "report", "", "file with the report; it may be missing")
	cmd.Flags().StringVar(&engine, "events", "", "file with the engine's events; it may be missing")
	cmd.Flags().StringVar(&log, "log", "", "file with what was printed; it may be missing")
	return required(cmd, "stack", "report", "events", "log")
}

// readAll reads files; one that does not exist is empty.
func readAll(files ...string) ([][]byte, error) {
	texts := make([][]byte, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}

func newComment() *cobra.Command {
	var run string
	cmd := &cobra.Command{
		Use:   "comment [section file ...]",
		Short: "Print the comment of a pull request, made of the sections of its environments",
		RunE: func(cmd *cobra.Command, files []string) error {
			var sections []string
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				sections = append(sections, string(text))
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), delivery.Comment(sections, run))
			return err
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "URL of the run")
	return required(cmd, "run")
}

func newFindComment() *cobra.Command {
	return &cobra.Command{
		Use:   "find-comment",
		Short: "Print the id of the comment to update, or nothing, from the comments of a pull request in JSON on standard input",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			comments, err := readNotes(cmd.InOrStdin())
			if err != nil {
				return err
			}
			if id := delivery.FindComment(comments); id != 0 {
				fmt.Fprintln(cmd.OutOrStdout(), id)
			}
			return nil
		},
	}
}

// readNotes reads what `gh api --paginate` prints: one JSON array a page.
func readNotes(in io.Reader) (all []delivery.Note, err error) {
	decoder := json.NewDecoder(in)
	for {
		var page []delivery.Note
		switch err := decoder.Decode(&page); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("reading comments or issues: GitHub's answer is no JSON array: %w", err)
		}
		all = append(all, page...)
	}
}
