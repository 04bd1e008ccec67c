package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/gitops"
	"github.com/modelway/modelway/internal/render"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/stackname"
)

// modelsOf reads how the models of a stack get there from its settings in the working directory.
func modelsOf(stack string) (delivery.Models, error) {
	settings, err := stackfile.Read("Pulumi.yaml", stackfile.Name(stack))
	if err != nil {
		return delivery.Models{}, fmt.Errorf("reading the settings of stack %s: %w", stack, err)
	}
	return delivery.ModelsOf(stack, settings), nil
}

func newArgoCD() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "argocd",
		Short: "Print those of the environments that the paths on standard input touch whose models Argo CD delivers, one a line",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			environments, err := environmentsHere(cmd, all)
			if err != nil {
				return err
			}
			for _, stack := range environments {
				models, err := modelsOf(stack)
				if err != nil {
					return err
				}
				if gitops.ByArgoCD(models.Delivery) {
					fmt.Fprintln(cmd.OutOrStdout(), stack)
				}
			}
			return nil
		},
	}
	addAll(cmd, &all)
	return cmd
}

func newRenderedFolder() *cobra.Command {
	return &cobra.Command{
		Use:   "rendered-folder -- <stack>",
		Short: "Print the folder that Argo CD reads the models of a stack from, relative to the root of its repository",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := stackname.Check(args[0]); err != nil {
				return err
			}
			models, err := modelsOf(args[0])
			if err == nil {
				err = printFolder(cmd, args[0], "git.folder", models.Git.Folder)
			}
			return err
		},
	}
}

// printFolder prints a folder that settings name, unless it is outside of what they are the settings of.
func printFolder(cmd *cobra.Command, stack, setting, folder string) error {
	if !fs.ValidPath(folder) || folder == "." {
		return fmt.Errorf("modelway:models.%s of stack %s is %q, which is not a folder inside the project: use one relative to its root", setting,
			stack, folder)
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout(), folder)
	return err
}

func newModelsDirectory() *cobra.Command {
	var from place
	cmd := &cobra.Command{
		Use:   "models-directory -- <stack>",
		Short: "Print the folder that a stack reads models from, and check the one that they come from",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(stackname.Check(args[0]), from.checkModels()); err != nil {
				return err
			}
			models, err := modelsOf(args[0])
			if err != nil {
				return err
			}
			return printFolder(cmd, args[0], "directory", models.Directory)
		},
	}
	from.add(cmd)
	return cmd
}

// firstOf is what `pulumi up` makes first for what lies between the indexes of two folders; none where one of them does not read.
func firstOf(before, after string) []string {
	was, wasErr := render.ReadIndex(before)
	is, isErr := render.ReadIndex(after)
	if wasErr != nil || isErr != nil {
		return nil
	}
	return is.First(was)
}

func newRendering() *cobra.Command {
	var r delivery.Rendering
	var stack stackname.Name
	var log, difference, before, after string
	cmd := &cobra.Command{
		Use:   "rendering",
		Short: "Print what a job summary says about the rendered models of an environment",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			texts, err := readAll(log, difference)
			if err != nil {
				return err
			}
			r.Stack, r.Log, r.Difference, r.First = stack.String(), string(texts[0]), string(texts[1]), firstOf(before, after)
			_, err = fmt.Fprint(cmd.OutOrStdout(), r.Section())
			return err
		},
	}
	cmd.Flags().Var(&stack, "stack", "the environment")
	cmd.Flags().StringVar(&r.Folder, "folder", "", "folder of the rendered objects")
	cmd.Flags().StringVar(&r.Base, "base", "", "the commit that the difference compares with")
	cmd.Flags().BoolVar(&r.Failed, "failed", false, "nothing was rendered")
	cmd.Flags().BoolVar(&r.Stale, "stale", false, "what is committed is not what was rendered")
	cmd.Flags().StringVar(&log, "log", "", "file with what was printed; it may be missing")
	cmd.Flags().StringVar(&before, "before", "", "folder with the index of the commit that the difference compares with; it may be missing")
	cmd.Flags().StringVar(&after, "after", "", "folder with the index of what was rendered; it may be missing")
	cmd.Flags().StringVar(&difference, "difference", "", "file with what git diff printed; it may be missing")
	return required(cmd, "stack", "folder", "log", "difference")
}
