// Package checkout knows where a project keeps what belongs to its local stack.
package checkout

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/modelway/modelway/internal/project"
)

// StateFolder is the folder, in the root of the project, that holds everything the local stack writes.
const StateFolder = project.StateFolder

// Checkout is the root folder of a project: a clone of Modelway, or a repository that imports it and is lent the local stack of one.
type Checkout struct{ Root string }

// Find is the project that the folder lies in.
func Find(folder string) (Checkout, error) {
	p, err := project.Find(folder)
	return Checkout(p), err
}

// OfBinary is the project whose state folder holds the running binary.
func OfBinary() (Checkout, error) {
	exe, err := os.Executable()
	if err != nil {
		return Checkout{}, err
	}
	p, ok := project.Of(exe)
	if !ok {
		return Checkout{}, errors.New("this program runs from the bin folder of a local stack only; fix: run `modelway` instead")
	}
	return Checkout(p), nil
}

// Imports says whether the project imports Modelway as a Go module, and has a program of its own.
func (c Checkout) Imports() bool { return exists(project.Project(c).Lender()) }

// Modelway is the clone of Modelway that has the local stack: the project itself, or the one that lends it.
func (c Checkout) Modelway() project.Checkout {
	if lender, err := os.Readlink(project.Project(c).Lender()); err == nil {
		return project.Checkout{Root: lender}
	}
	return project.Checkout(c)
}

// Make is the command that makes a target of Modelway's Makefile, which a project that imports Modelway does not have.
func (c Checkout) Make(target string) string {
	if c.Imports() {
		return "make -C " + c.Modelway().Root + " " + target
	}
	return "make " + target
}

// State is a path in the state folder.
func (c Checkout) State(elem ...string) string { return project.Project(c).State(elem...) }

// Bin is the folder of the programs that the local stack runs.
func (c Checkout) Bin() string { return c.State("bin") }

// Python is the environment of the programs in Python, which `make python` makes where it can, in the checkout.
func (c Checkout) Python() string { return c.State("python") }

// Training is the environment of a pipeline, which `make train` makes where it can.
func (c Checkout) Training(pipeline string) string { return c.State("training", pipeline) }

// Policies is the folder of the policy pack.
func (c Checkout) Policies() string { return filepath.Join(c.Modelway().Root, "policies") }

// Logs is the folder of their logs.
func (c Checkout) Logs() string { return c.State("logs") }

// Account is the file that holds the simulated AWS account of the local stack.
func (c Checkout) Account() string { return c.State("aws", "account.json") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
