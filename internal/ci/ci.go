// Package ci runs the steps of the workflows of continuous delivery: each reads its inputs from environment variables, names everything
// that is wrong with them at once, runs other programs, and hands on what package delivery decides. Nothing goes through a shell.
package ci

import (
	"context"
	"io"
	"slices"
)

// Step is what one line of a workflow does.
type Step struct {
	// Name is the word behind `modelway ci`.
	Name string
	// Summary says in a sentence what the step does.
	Summary string
	begin   func() job
}

// job is a step with its inputs.
type job interface {
	// inputs reads what the step needs, and checks it before anything is done.
	inputs(in inputs)
	run(w *work) error
}

// Workplace is where a step runs: the working directory is the root of the checkout.
type Workplace struct {
	// Env is the value of an environment variable.
	Env func(name string) string
	// Out and Err take what the step and the programs that it runs print.
	Out, Err io.Writer
	// Self is the program that has the other commands, such as report.
	Self string
}

// Steps are all steps, in the order in which a change meets them.
var Steps = []Step{
	{"environments", "List the environments that a change touches, as the matrix of a workflow", begin[environments]},
	{"organization", "Have names of stacks mean those of an organization on Pulumi Cloud", begin[organization]},
	{"preview", "Preview an environment, against its own stack or offline, and write its section of the comment", begin[preview]},
	{"comment", "Compose the one comment of a pull request from the sections of its previews", begin[comment]},
	{"plan", "Plan the deployment of an environment, and put the report for its reviewers into the summary of the job", begin[plan]},
	{"apply", "Apply the plan of an environment, and nothing else, then verify", begin[apply]},
	{"verify", "Check that what was deployed is what answers", begin[verify]},
	{"drift", "Compare an environment with what is there, and keep one issue about it", begin[drift]},
	{"ephemeral-keep", "Let the stack of a pull request live for some hours more", begin[ephemeralKeep]},
	{"ephemeral-destroy", "Destroy the stack of a pull request, or all whose time has come", begin[ephemeralDestroy]},
	{"image-build", "Build the image of a model, and save it in .modelway/delivery/image.tar", begin[imageBuild]},
	{"image-push", "Push the image that image-build saved to the repository of its model in a registry, and say its digest", begin[imagePush]},
	{"image-pull-request", "Open a pull request that writes an image into the file of a model", begin[imagePullRequest]},
	{"promote", "Ask the gates, copy the files of a version into the model store, and change the file of the model", begin[promote]},
	{"promote-pull-request", "Open a pull request with what promote left in .modelway/delivery/promotion", begin[promotePullRequest]},
	{"render-check", "Render what Argo CD delivers, show the difference, and fail where it is not committed", begin[renderCheck]},
	{"train", "Start a run of the pipeline of a model in Kubeflow Pipelines", begin[train]},
}

// begin makes a step without inputs.
func begin[T any, P interface {
	*T
	job
}]() job {
	return P(new(T))
}

// Names are the names of all steps.
func Names() (names []string) {
	for _, step := range Steps {
		names = append(names, step.Name)
	}
	return names
}

// Needs are the variables and programs of the step.
func (s Step) Needs() []Need {
	in := inputs{env: func(string) string { return "" }, found: new(found)}
	s.begin().inputs(in)
	return slices.Clone(in.found.needs)
}

// Run does the step. The error is an InputError where it has not begun.
func (s Step) Run(ctx context.Context, at Workplace) error {
	j := s.begin()
	if err := readInputs(j, at.Env); err != nil {
		return err
	}
	return j.run(&work{Workplace: at, ctx: ctx})
}
