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

// Home is the checkout in which the bootstrap built a program: <checkout>/.modelway/bin/<program>.
func Home(program string) (Checkout, bool) {
	c := Checkout{Root: filepath.Dir(filepath.Dir(filepath.Dir(program)))}
	return c, filepath.Dir(program) == c.Bin() && c.Complete()
}

// Bin is the folder of the programs that were built in the checkout.
func (c Checkout) Bin() string { return filepath.Join(c.Root, ".modelway", "bin") }

// bootstrap is the module, in a checkout, that brings its programs up to date.
var bootstrap = filepath.Join("local", "bootstrap")

// Complete says whether the folder is a checkout: the Go module of Modelway lacks the local stack, which is made of modules of its own.
func (c Checkout) Complete() bool { return exists(c.Root, bootstrap, "go.mod") }

func exists(elem ...string) bool {
	_, err := os.Stat(filepath.Join(elem...))
	return err == nil
}
