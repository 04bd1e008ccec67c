// Command argocd is the programs of Argo CD that the pods of its chart run, built from its Go module: which one says the first argument, as
// the path of the program in the image. It has neither the command line nor the pages of a release.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	server "github.com/argoproj/argo-cd/v3/cmd/argocd-server/commands"
)

// programs are those of the pods, by their names in the image.
var programs = map[string]func() *cobra.Command{
	"argocd-application-controller": controller.NewCommand,
	"argocd-repo-server":            reposerver.NewCommand,
	"argocd-server":                 server.NewCommand,
}

// listening are arguments that have a program listen on the address of its pod alone, where the variable BIND_ADDRESS has that. The
// controller has no such arguments, and listens on all addresses.
func listening(name string) []string {
	address := os.Getenv("BIND_ADDRESS")
	if address == "" || name == "argocd-application-controller" {
		return nil
	}
	return []string{"--address=" + address, "--metrics-address=" + address}
}

func main() {
	if filepath.Base(os.Args[0]) == verifier && len(os.Args) == 2 {
		os.Exit(verify(os.Args[1]))
	}
	if len(os.Args) < 2 || programs[filepath.Base(os.Args[1])] == nil {
		fmt.Fprintf(os.Stderr, "the first argument of %s is a program of Argo CD, such as /usr/local/bin/argocd-server; given: %q\n", os.Args[0],
			os.Args[1:])
		os.Exit(2)
	}
	name := filepath.Base(os.Args[1])
	if err := provide(); err != nil {
		fmt.Fprintln(os.Stderr, "providing", verifier, "to", name, "failed:", err)
		os.Exit(1)
	}
	command := programs[name]()
	command.SetArgs(append(os.Args[2:], listening(name)...))
	if err := command.Execute(); err != nil {
		os.Exit(1) // the command has told why
	}
}
