// Command modelway tells what a stack costs and how much room it has, from its settings alone, and what a change does to it, from a
// preview. It also puts models' files into S3.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/strict"
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
		Short: "Tell what a stack costs, how much room it has, and what a change does to it; keep models' files",
		Long: "Tell what a stack costs and how much room it has, without a preview, an engine or credentials; and from a preview, what a " +
			"change\n" +
			"breaks, touches and costs. After a deployment, verify checks in the cluster that what was deployed is what answers,\n" +
			"and doctor tells what is wrong with an environment, and its fix.\n" +
			"train runs a pipeline, promote brings a version of MLflow's registry into a model's file, and trace follows an answer back to its\n" +
			"run. store moves models' files, and render writes the objects of models as plain YAML.\n\n" +
			"Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 a condition of report --fail-on holds;\n" +
			"residue has 3 and 4 of its own.",
		Example: "  modelway cost --stack prod\n  modelway plan --stack dev --format markdown\n  modelway report --fail-on " +
			"breaking,policy preview.jsonl\n  modelway verify --stack prod",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.AddCommand(newCI(), newCost(), newDoctor(), newLoad(), newMap(), newPipelines(), newPlan(), newPromote(), newRender(),
		newReport(), newResidue(), newStore(), newTrace(), newTrain(), newUpgrade(), newVerify())
	return root
}

// execute runs a command and returns the exit code. What goes wrong before the command starts is wrong usage; an error that has an exit
// code of its own keeps it.
func execute(root *cobra.Command, args []string, out, errOut io.Writer) int {
	started := false
	note(root, func() { started = true })
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	command, err := root.ExecuteC()
	if err == nil {
		return 0
	}
	text := err.Error()
	if _, missing := exec.LookPath("pulumi"); missing != nil {
		text = strict.ByHand(text)
	}
	fmt.Fprintf(errOut, "Error: %s\n", text)
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

// note has the commands below one call a function before they run.
func note(parent *cobra.Command, started func()) {
	for _, command := range parent.Commands() {
		note(command, started)
		run := command.RunE
		command.RunE = func(cmd *cobra.Command, args []string) error {
			started()
			return run(cmd, args)
		}
	}
}
