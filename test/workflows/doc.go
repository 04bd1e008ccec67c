// Package workflows runs the caches of the workflows of GitHub Actions without GitHub: the conditions and the keys are evaluated as GitHub
// does, over the files of this repository. Its module has the linter of workflows, whose parser it takes.
package workflows
