package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/modelway/modelway/internal/project"
	"github.com/modelway/modelway/internal/starter"
	"github.com/modelway/modelway/internal/strict"
)

func newNew() *cobra.Command {
	var r starter.Repository
	cmd := &cobra.Command{
		Use:   "new FOLDER",
		Short: "Make a repository for a team: a program that imports the platform, settings, a model, a workflow",
		Long: "Make a repository for a team that serves models: a Go program that imports the platform, settings of two environments, a model\n" +
			"and a workflow for pull requests. go.mod requires Modelway in the version of this program, so that the repository is\n" +
			"upgraded like any Go module.",
		Example: "  modelway new ml-platform\n  modelway new ml-platform --module example.com/ml-platform\n" +
			"  modelway new ml-platform --modelway ../modelway",
		Args: takes("FOLDER"),
	}
	cmd.Flags().StringVar(&r.Module, "module", "", "path of the Go module, such as example.com/ml-platform (default: the folder's name)")
	cmd.Flags().StringVar(&r.Checkout, "modelway", "", "clone of Modelway to use in place of a version (default: the one that this program "+
		"was built in, if it was)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return runNew(cmd.OutOrStdout(), cmd.ErrOrStderr(), r, args[0])
	}
	return cmd
}

// goVersion is the version of Go in the name of a toolchain, such as go1.26.8.
var goVersion = regexp.MustCompile(`\d+\.\d+(\.\d+)?`)

func runNew(out, errOut io.Writer, r starter.Repository, folder string) (err error) {
	if folder == "" {
		return unusable{errors.New("FOLDER is empty; allowed: the name of a folder; fix: write modelway new ml-platform")}
	}
	if r.Folder, err = filepath.Abs(folder); err != nil {
		return err
	}
	if r.Module == "" {
		r.Module = filepath.Base(r.Folder)
	}
	r.Version, r.Go = version(), goVersion.FindString(runtime.Version())
	if checkout, ok := home(); ok && r.Checkout == "" {
		r.Checkout = checkout.Root
	}
	if r.Checkout != "" {
		if r.Checkout, err = filepath.Abs(r.Checkout); err != nil {
			return err
		}
	}
	if err := project.CheckGo(); err != nil {
		return err // before anything is written
	}
	if err := r.Write(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s has the repository. Getting what its go.mod requires\n", folder)
	err = untilInterrupted(func(ctx context.Context) error { return project.Project{Root: r.Folder}.Tidy(ctx, errOut, r.Checkout) })
	if err != nil {
		return fmt.Errorf("the files are written, but go.sum is not: %w; fix: `cd %s && go mod tidy`", err, strict.Quote(folder))
	}
	if r.Checkout != "" {
		fmt.Fprintf(out, "go.mod uses the clone in %s. Before others use the repository: go mod edit -dropreplace %s && go get %[2]s@latest\n",
			r.Checkout, project.Module)
	}
	_, err = fmt.Fprintf(out, "\nNext:\n\n  cd %s\n  go tool modelway cost --stack dev\n", strict.Quote(folder))
	return err
}
