// Command modelway is the one program of Modelway: it runs the platform on one machine, tells what a change does to an environment, brings
// models from training to traffic, and looks after what runs.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/strict"
)

// Exit codes of every command.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(execute(newRoot(), os.Args[1:], os.Stdout, os.Stderr)) }

// execute runs a command and returns the exit code. What goes wrong before the command starts is wrong usage; an error that has an exit
// code of its own keeps it.
func execute(root *cobra.Command, args []string, out, errOut io.Writer) int {
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	root.InitDefaultCompletionCmd() // writes to what is set
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		leads(completion)
	}
	wrongUsage(root)
	started := false
	note(root, func() { started = true })
	command, err := root.ExecuteC()
	if err == nil {
		return 0
	}
	if !errors.As(err, new(endedError)) {
		fmt.Fprintf(errOut, "Error: %s\n", strict.Feasible(project.Callable(err.Error(), ".")))
	}
	var own interface{ ExitCode() int }
	switch {
	case errors.As(err, &own) && !isProgram(own):
		return own.ExitCode()
	case started:
		return exitFailed
	}
	fmt.Fprintf(errOut, "See %s --help.\n", command.CommandPath())
	return exitUsage
}

// isProgram says whether an exit code is that of a program that was run, such as git: it means something else than those of modelway.
func isProgram(own any) bool { _, is := own.(*exec.ExitError); return is }

// note has the commands below one call a function before they run.
func note(parent *cobra.Command, started func()) {
	for _, command := range parent.Commands() {
		note(command, started)
		run := command.RunE
		if run == nil {
			continue // of cobra's own: help and completion
		}
		command.RunE = func(cmd *cobra.Command, args []string) error {
			started()
			return run(cmd, args)
		}
	}
}
