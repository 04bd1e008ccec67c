// Package delivery decides for the workflows of continuous delivery: which environments a change touches, what a comment or an issue
// says, what became of a deployment, which ephemeral stacks have had their time. It calls nothing; cmd/delivery reads and writes for it.
package delivery

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// settingsFile is the file of a stack's settings. A name that it allows means nothing to a shell or to make.
var settingsFile = regexp.MustCompile(`^Pulumi\.([a-z][a-z0-9-]{0,62})\.yaml$`)

// Environments are the stacks that workflows look after, sorted: those with a settings file among the names, without the local
// stack, the stack of the state backend and ephemeral stacks.
func Environments(files []string) []string {
	var stacks []string
	for _, file := range files {
		stack := stackOf(file)
		if stack != "" && stack != "local" && stack != "state" && !IsEphemeral(stack) {
			stacks = append(stacks, stack)
		}
	}
	slices.Sort(stacks)
	return stacks
}

func stackOf(file string) string {
	found := settingsFile.FindStringSubmatch(file)
	if found == nil {
		return ""
	}
	return found[1]
}

// inert are the folders and files that no environment is made from.
var inert = []string{
	".ci", ".editorconfig", ".github", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
	"cmd", "docs", "examples", "local", "modelserver", "test",
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
	if stack := stackOf(file); stack != "" {
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
