package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modelway/modelway/internal/strict"
)

// wrongUsage has the commands below one tell wrong usage in one way: what was written, what is allowed, and what to write instead.
func wrongUsage(parent *cobra.Command) {
	parent.SetFlagErrorFunc(wrongFlag)
	for _, command := range parent.Commands() {
		wrongUsage(command)
		if command.Args == nil {
			command.Args = takesNothing
		}
		command.PreRunE = func(cmd *cobra.Command, _ []string) error { return errors.Join(missing(cmd), excluded(cmd)) }
	}
}

// wrongFlag is the error of a flag that cannot be read.
func wrongFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, "--"+flag.Name) })
		allowed := "; allowed: " + strings.Join(names, ", ")
		if near, is := strict.Suggest("--"+unknown.GetSpecifiedName(), names); is {
			allowed += "; fix: write " + near
		}
		return fmt.Errorf("%w%s", err, allowed)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		if allowed := allowedOf[invalid.GetFlag().Value.Type()]; allowed != "" {
			return fmt.Errorf("--%s is %q; allowed: %s", invalid.GetFlag().Name, invalid.GetValue(), allowed)
		}
	}
	return err
}

// allowedOf are the values of flags that do not tell themselves which they take, by their kind.
var allowedOf = map[string]string{
	"bool":           "true and false",
	"duration":       "a number with its unit, such as 90s, 10m or 2h",
	"int":            "a whole number, such as 10",
	"intSlice":       "whole numbers with commas between, such as 1,10",
	"stringToString": "KEY=VALUE, and several of them with commas between",
}

// missing are the required flags that are not given.
func missing(cmd *cobra.Command) error {
	var faults []error
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || !slices.Contains(flag.Annotations[cobra.BashCompOneRequiredFlag], "true") {
			return
		}
		allowed, example := flag.Usage, strings.ToUpper(flag.Name)
		if flag.Name == "stack" {
			if names, _ := stacks(cmd, nil, ""); len(names) > 0 {
				allowed, example = strings.Join(names, ", "), names[0]
			}
		}
		faults = append(faults, fmt.Errorf("--%s is missing; allowed: %s; fix: add --%[1]s %[3]s", flag.Name, allowed, example))
	})
	return errors.Join(faults...)
}

// exclusive is the annotation by which cobra keeps which flags exclude one another.
const exclusive = "cobra_annotation_mutually_exclusive"

// excluded are the groups of flags of which more than one is given.
func excluded(cmd *cobra.Command) error {
	given := map[string][]string{}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		for _, group := range flag.Annotations[exclusive] {
			given[group] = append(given[group], "--"+flag.Name)
		}
	})
	var faults []error
	for group, flags := range given {
		if len(flags) > 1 {
			faults = append(faults, fmt.Errorf("%s exclude one another; allowed: one of --%s; fix: leave out all but one",
				strings.Join(flags, " and "), strings.ReplaceAll(group, " ", ", --")))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// takes has a command take a value for each of the names.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("%s is missing; fix: write %s %s", names[len(args)], cmd.CommandPath(), strings.Join(names, " "))
		case len(args) > len(names):
			return tooMany(cmd, args[len(names):])
		}
		return nil
	}
}

// takesAtMostOne refuses more than one value.
func takesAtMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return tooMany(cmd, args[1:])
	}
	return nil
}

// takesNothing refuses whatever is no flag. What stands for the stack is told as such.
func takesNothing(cmd *cobra.Command, args []string) error {
	stack := cmd.Flags().Lookup("stack")
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return noCommand(cmd, args[0])
	case len(args) == 1 && stack != nil && !stack.Changed:
		return fmt.Errorf("%q is no flag, and %s takes nothing else; fix: write --stack %[1]s, or leave it out", args[0], cmd.CommandPath())
	}
	return tooMany(cmd, args)
}

func tooMany(cmd *cobra.Command, args []string) error {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = fmt.Sprintf("%q", arg)
	}
	return fmt.Errorf("%s: too much for %s; allowed: %s; fix: leave it out, or put a value with blanks in quotes", strings.Join(quoted, " "),
		cmd.CommandPath(), cmd.UseLine())
}

// noCommand is the error of a name that no command below one has.
func noCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, below := range cmd.Commands() {
		if below.IsAvailableCommand() {
			names = append(names, below.Name())
		}
	}
	fix := ""
	if near, is := strict.Suggest(name, names); is {
		fix = "; fix: write " + cmd.CommandPath() + " " + near
	}
	return fmt.Errorf("%q is not a command of %s; allowed: %s%s", name, cmd.CommandPath(), strings.Join(names, ", "), fix)
}

// leads has a command that only leads to others refuse what is not one of them, and show its help otherwise.
func leads(cmd *cobra.Command) {
	cmd.Args = takesNothing
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
}
