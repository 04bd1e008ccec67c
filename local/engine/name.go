package engine

import (
	"fmt"
	"path/filepath"

	"github.com/modelway/modelway/internal/stackfile"
)

// name is the name of the project in Pulumi.yaml. Its state is kept under it, and the names of resources begin with it.
func (p Project) name() string {
	document, _ := stackfile.Document(p.file()) // which the engine refuses where it cannot be read
	if name, ok := document["name"].(string); ok {
		return name
	}
	return stackfile.DefaultProject
}

func (p Project) file() string { return filepath.Join(p.Root, "Pulumi.yaml") }

// checkName refuses a project that got another name while it has a stack: to the engine it would be a new one beside that.
func (p Project) checkName() error {
	name := p.name()
	states, err := filepath.Glob(filepath.Join(p.states(), "*", p.Stack+".json"))
	for _, state := range states {
		if former := filepath.Base(filepath.Dir(state)); former != name {
			return fmt.Errorf("%s: name is %q, but stack %s is of project %q; fix: write `name: %[4]s`, and change it after `modelway down`",
				p.file(), name, p.Stack, former)
		}
	}
	return err
}
