// Package delivery decides for the workflows of continuous delivery: which environments a change touches, what a comment or an issue
// says, what became of a deployment, which ephemeral stacks have had their time. It calls nothing; package ci reads and writes for it.
package delivery

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/stackname"
)

// Environments are the stacks that workflows look after, sorted: those with a settings file among the names of files at the root, without
// the local stack, the stack of the state backend and ephemeral stacks. The error names every settings file of which the stack has a name
// that is not allowed: nobody would preview, deploy or watch it.
func Environments(files []string) ([]string, error) {
	var stacks []string
	var faults []error
	for _, file := range files {
		stack, is, err := stackname.File(file)
		switch {
		case err != nil:
			faults = append(faults, err)
		case is && stack != "local" && stack != "state" && !IsEphemeral(stack):
			stacks = append(stacks, stack)
		}
	}
	slices.Sort(stacks)
	return stacks, errors.Join(faults...)
}

// Forgotten are the stacks of which a change removes or renames the settings: nobody looks after them from then on, and what they made
// stays.
func Forgotten(files, changed []string) []string {
	var stacks []string
	for _, file := range changed {
		stack, is, _ := stackname.File(file)
		if is && !slices.Contains(files, file) && stack != "local" && !IsEphemeral(stack) {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// inert are the folders and files that no environment is made from.
var inert = []string{
	".ci", ".editorconfig", ".github", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
	"cmd", "docs", "examples", "local", "modelserver", "pipelines", "test",
}

// Touched are those of the environments whose resources a change of these paths may change. Settings touch their own environment,
// documentation, tests and tools none, and everything else, also what this function does not know, all of them. Paths are relative to the
// root, with slashes.
func Touched(environments, changed []string) []string {
	touched := []string{}
	for _, environment := range environments {
		if slices.ContainsFunc(changed, func(file string) bool { return touches(file, environment) }) {
			touched = append(touched, environment)
		}
	}
	return touched
}

func touches(file, environment string) bool {
	if stack, is, _ := stackname.File(file); is {
		return stack == environment
	}
	top, _, _ := strings.Cut(file, "/")
	return file != "" && !slices.Contains(inert, top) && !strings.HasSuffix(file, "_test.go") && path.Ext(file) != ".md" &&
		!strings.Contains("/"+file, "/testdata/")
}

// Job is an element of the matrix of a workflow.
type Job struct {
	// Stack is the name of the environment, of its stack and of its GitHub environment.
	Stack string `json:"stack"`
	// RoleVariable is the name of the repository variable that holds the ARN of the role that previews it.
	RoleVariable string `json:"roleVariable"`
}

// Matrix has one job for each environment.
func Matrix(environments []string) []Job {
	jobs := []Job{}
	for _, environment := range environments {
		variable := strings.ToUpper(strings.ReplaceAll(environment, "-", "_"))
		jobs = append(jobs, Job{Stack: environment, RoleVariable: "AWS_PREVIEW_ROLE_ARN_" + variable})
	}
	return jobs
}
