// Package project finds the two folders that the local stack works with. The project is the user's: Pulumi.yaml, settings, models, a
// program. The checkout is that of Modelway whose folder local has the local stack. In a clone of Modelway they are one folder; a
// repository that imports Modelway as a Go module is a project, and its checkout is somewhere else.
package project

import (
	"fmt"
	"os"
	"path/filepath"
)

// Module is the path of Modelway's Go module.
const Module = "github.com/modelway/modelway"

// Project is a folder with a Pulumi.yaml.
type Project struct{ Root string }

// Checkout is a clone of Modelway.
type Checkout struct{ Root string }

// Find is the project that a folder lies in: the nearest folder with a Pulumi.yaml, at it or above it.
func Find(folder string) (Project, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Project{}, err
	}
	for dir := folder; ; dir = filepath.Dir(dir) {
		if exists(dir, "Pulumi.yaml") {
			return Project{Root: dir}, nil
		}
		if dir == filepath.Dir(dir) {
			return Project{}, fmt.Errorf("no project of Modelway: there is no Pulumi.yaml in %s or in a folder above it; fix: go to the folder of "+
				"your project, or make one with `modelway new <folder>`", folder)
		}
	}
}

// StateFolder is the folder, in the root of a project, of everything that the local stack writes for it. Each project has its own, so that
// two on one machine do not disturb each other.
const StateFolder = ".modelway"

// State is a path in the state folder.
func (p Project) State(elem ...string) string {
	return filepath.Join(append([]string{p.Root, StateFolder}, elem...)...)
}

// Of is the project whose local stack a program belongs to, by where it lies: <root>/.modelway/bin/<program>.
func Of(program string) (Project, bool) {
	p := Project{Root: filepath.Dir(filepath.Dir(filepath.Dir(program)))}
	return p, filepath.Dir(program) == p.State("bin")
}

// Home is the checkout in which the bootstrap built a program.
func Home(program string) (Checkout, bool) {
	p, ok := Of(program)
	return Checkout(p), ok && Checkout(p).Complete()
}

// Bin is the folder of the programs that were built in the checkout.
func (c Checkout) Bin() string { return Project(c).State("bin") }

// bootstrap is the module, in a checkout, that brings its programs up to date.
var bootstrap = filepath.Join("local", "bootstrap")

// Complete says whether the folder is a checkout: the Go module of Modelway lacks the local stack, which is made of modules of its own.
func (c Checkout) Complete() bool { return exists(c.Root, bootstrap, "go.mod") }

func exists(elem ...string) bool {
	_, err := os.Stat(filepath.Join(elem...))
	return err == nil
}
