// Command modelway tells reviewers what a preview means.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit codes of every command.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(execute(newRoot(), os.Args[1:], os.Stdout, os.Stderr)) }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "modelway",
		Short: "Tell what a preview means",
		Long: "Tell what a preview means to the reviewers of a change.\n\n" +
			"Exit codes: 0 fine, 1 failed, 2 wrong usage.",
		Example:           "  modelway report preview.jsonl",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.AddCommand(newReport())
	return root
}

// execute runs a command and returns the exit code. What goes wrong before the command starts is wrong usage; an error that has an exit
// code of its own keeps it.
func execute(root *cobra.Command, args []string, out, errOut io.Writer) int {
	started := false
	for _, command := range root.Commands() {
		run := command.RunE
		command.RunE = func(cmd *cobra.Command, args []string) error {
			started = true
			return run(cmd, args)
		}
	}
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	command, err := root.ExecuteC()
	if err == nil {
		return 0
	}
	fmt.Fprintf(errOut, "Error: %v\n", err)
	var own interface{ ExitCode() int }
	switch {
	case errors.As(err, &own):
		return own.ExitCode()
	case started:
		return exitFailed
	}
	fmt.Fprintf(errOut, "See %s --help.\n", command.CommandPath())
	return exitUsage
}
