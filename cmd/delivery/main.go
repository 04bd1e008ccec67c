// Command delivery answers what the workflows of continuous delivery have to decide, for the scripts in .ci: it reads files and
// standard input, prints, and calls nothing.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{
		Use:           "delivery",
		Short:         "Decide for the workflows of continuous delivery",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newEnvironments(), newStack(), newSection(), newComment(), newFindComment(), newChanges(), newOutcome(), newDrift(),
		newExpired(), newExpiry(), newEphemeral(), newEphemeralStacks(), newImage(), newModel(), newModelFile(), newArgoCD(),
		newModelsDirectory(), newRenderedFolder(), newRendering())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// required declares flags that every call gives.
func required(cmd *cobra.Command, names ...string) *cobra.Command {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
	return cmd
}
