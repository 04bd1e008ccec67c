package ci

import (
	"fmt"

	"github.com/modelway/modelway/internal/modelspec"
	"github.com/modelway/modelway/internal/review/delivery"
	"github.com/modelway/modelway/internal/stackname"
)

// variable is an environment variable, what it holds, and which values are allowed.
type variable struct {
	name, what string
	check      func(value string) error
}

// programs are those that steps run, and where they are had from.
var programs = map[string]string{
	"docker":  "https://docs.docker.com/engine/install/",
	"gh":      "https://cli.github.com/",
	"git":     "https://git-scm.com/downloads",
	"kubectl": "https://kubernetes.io/docs/tasks/tools/",
	"pulumi":  "https://www.pulumi.com/docs/iac/download-install/",
}

var (
	stackVariable = variable{"STACK", "the environment, such as dev", func(value string) error {
		if err := stackname.Check(value); err != nil {
			return fmt.Errorf("STACK: %w", err)
		}
		return nil
	}}
	ephemeralVariable = variable{"STACK", "the stack of a pull request, such as pr-12", delivery.RefuseLasting}
	modelVariable     = variable{"MODEL", "the name of a model, such as fraud-detection", func(value string) error {
		if !modelspec.IsName(value) {
			return fmt.Errorf("MODEL is %q, which is not the name of a model: use lower case letters, digits and hyphens, at most 40", value)
		}
		return nil
	}}
	aliasVariable = variable{"ALIAS", "the alias of the version in MLflow, such as champion", nil}
	allVariable   = variable{"ALL", "true for every environment", nil}
	baseVariable  = variable{"BASE", "the commit to compare with, such as HEAD^1 in the merge commit of a pull request or origin/main on a " +
		"branch, or set ALL=true for every environment", nil}
	backendVariable = variable{"PULUMI_BACKEND_URL", "the address of the state, such as s3://company-pulumi-state; in GitHub a variable of " +
		"the repository", nil}
	tokenVariable      = variable{"GH_TOKEN", "a token for GitHub; a workflow gives its own, and in a terminal GH_TOKEN=$(gh auth token)", nil}
	repositoryVariable = variable{"GITHUB_REPOSITORY", "the repository as <organization>/<name>; a workflow has it", nil}
)

// pulumi wants the Pulumi CLI, and where the state is.
func (in inputs) pulumi() {
	in.program("pulumi")
	in.required(backendVariable)
}

// gh wants the CLI of GitHub, and returns the repository that it is asked about.
func (in inputs) gh() (repository string) {
	in.program("gh")
	in.required(tokenVariable)
	return in.required(repositoryVariable)
}
