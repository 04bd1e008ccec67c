// Package checkout knows where a checkout of the project keeps what belongs to its local stack.
package checkout

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// StateFolder is the folder, in the root of the checkout, that holds everything the local stack writes. Each checkout has
// its own, so two checkouts on one machine do not disturb each other.
const StateFolder = ".modelway"

// Checkout is the root folder of a clone of the project.
type Checkout struct{ Root string }

// Find is the checkout that the folder lies in: the nearest parent with a Pulumi.yaml and a local folder. It fails outside
// of a checkout.
func Find(folder string) (Checkout, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Checkout{}, err
	}
	for dir := folder; ; dir = filepath.Dir(dir) {
		if exists(filepath.Join(dir, "Pulumi.yaml")) && exists(filepath.Join(dir, "local", "go.mod")) {
			return Checkout{Root: dir}, nil
		}
		if dir == filepath.Dir(dir) {
			return Checkout{}, fmt.Errorf("no checkout of Modelway at %s or above it: run this in the folder that holds Pulumi.yaml", folder)
		}
	}
}

// OfBinary is the checkout whose state folder holds the running binary (<root>/.modelway/bin/<name>).
func OfBinary() (Checkout, error) {
	exe, err := os.Executable()
	if err != nil {
		return Checkout{}, err
	}
	bin := filepath.Dir(exe)
	if filepath.Base(bin) != "bin" || filepath.Base(filepath.Dir(bin)) != StateFolder {
		return Checkout{}, errors.New("this program runs from the bin folder of a local stack only: start it with make")
	}
	return Checkout{Root: filepath.Dir(filepath.Dir(bin))}, nil
}

// State is a path in the state folder.
func (c Checkout) State(elem ...string) string {
	return filepath.Join(append([]string{c.Root, StateFolder}, elem...)...)
}

// Bin is the folder of the programs that the local stack runs.
func (c Checkout) Bin() string { return c.State("bin") }

// Python is the environment of the programs in Python, which `make python` makes where it can.
func (c Checkout) Python() string { return c.State("python") }

// Training is the environment of a pipeline, which `make train` makes where it can.
func (c Checkout) Training(pipeline string) string { return c.State("training", pipeline) }

// Policies is the folder of the policy pack.
func (c Checkout) Policies() string { return filepath.Join(c.Root, "policies") }

// Logs is the folder of their logs.
func (c Checkout) Logs() string { return c.State("logs") }

// Account is the file that holds the simulated AWS account of the local stack.
func (c Checkout) Account() string { return c.State("aws", "account.json") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
