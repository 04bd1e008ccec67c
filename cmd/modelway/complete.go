package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/stackname"
)

// complete has the shell complete what commands take by name: stacks, which have a file with settings, and models.
func complete(root *cobra.Command) {
	for _, command := range root.Commands() {
		complete(command)
		if command.Flags().Lookup("stack") != nil {
			_ = command.RegisterFlagCompletionFunc("stack", stacks) // a flag that is there
		}
		if command.Flags().Lookup("model") != nil {
			_ = command.RegisterFlagCompletionFunc("model", models)
		}
		if takesModel := []string{"load", "promote", "trace", "train"}; slices.Contains(takesModel, command.Name()) {
			command.ValidArgsFunction = models
		}
	}
}

// stacks are those that have settings in the project around this folder, or in the folder that --root names.
func stacks(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, file := range filesOf(cmd, "Pulumi.*") {
		if stack, is, err := stackname.File(filepath.Base(file)); is && err == nil {
			names = append(names, stack)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// models are those that have a file in the folder models of the project, or in that of a team.
func models(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, pattern := range []string{"models/*", "models/*/*"} {
		for _, file := range filesOf(cmd, pattern+modelspec.Extension) {
			names = append(names, strings.TrimSuffix(filepath.Base(file), modelspec.Extension))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func filesOf(cmd *cobra.Command, pattern string) []string {
	folder := "."
	if root := cmd.Flags().Lookup("root"); root != nil && root.Changed {
		folder = root.Value.String()
	} else if p, err := project.Find("."); err == nil {
		folder = p.Root
	}
	files, _ := filepath.Glob(filepath.Join(folder, filepath.FromSlash(pattern))) // the pattern is right
	return files
}
