package repo

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rightsFaults are the ways in which a job with rights would run what a job without them could write. A cache is one of them: a run of a
// pull request saves into the scope that a later run of the same pull request restores from, whatever code that run checks out
// (https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache).
func rightsFaults(file string, w workflow) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, file+": "+fmt.Sprintf(format, args...)) }
	_, pullRequest := w.On["pull_request"]
	for _, step := range w.Runs.Steps {
		if cachesUnasked(step, true) {
			fault("uses %s with a cache that no caller can switch off: make it depend on inputs.cache == 'true'", step.Uses)
		}
	}
	if asked, has := w.Inputs["cache"]; has && asked.Default != "false" {
		fault("has the input cache with the default %q: write \"false\", so that a cache is asked for where it is safe", asked.Default)
	}
	for name, job := range w.Jobs {
		if pullRequest && job.Environment != nil {
			fault(
				"job %s has an environment, and with it the role that deploys, but runs on pull_request, whose workflow file is the pull request's: "+
					"use schedule or workflow_dispatch", name)
		}
		writes, reads := job.writes()
		privileged := writes || reads && (!pullRequest || job.Environment != nil)
		for _, step := range job.Steps {
			if privileged && cachesUnasked(step, false) {
				fault("job %s has rights, but %s restores a cache, which another job may have written: remove it, or set cache: false", name, step.Uses)
			}
			if pullRequest && writes && (step.Run != "" || strings.HasPrefix(step.Uses, "./") || strings.HasPrefix(step.Uses, "actions/checkout@")) {
				fault("job %s may write, but runs %s%s in a run of a pull request: leave code to a job without rights, and write what that made", name,
					step.Run, step.Uses)
			}
			if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
				fault("job %s checks out and leaves its token in .git/config: set persist-credentials: false", name)
			}
		}
	}
	return faults
}

// writes says whether a job may write to the repository, and whether it may take a role of AWS.
func (j workflowJob) writes() (repository, role bool) {
	if j.Permissions == nil {
		return true, true
	}
	for right, level := range *j.Permissions {
		if level == "write" && right == "id-token" {
			role = true
		} else if level == "write" {
			repository = true
		}
	}
	return repository, role
}

// cachesUnasked says whether a step restores a cache. In a composite action one that its caller asks for does not count.
func cachesUnasked(step workflowStep, composite bool) bool {
	action, _, _ := strings.Cut(step.Uses, "@")
	asked := func(text string) bool { return composite && strings.Contains(text, "inputs.cache == 'true'") }
	cache := fmt.Sprint(step.With["cache"])
	switch {
	case strings.HasPrefix(action, "actions/cache"):
		return !asked(step.If)
	case action == "actions/setup-go":
		return cache != "false" && !asked(cache)
	case strings.HasPrefix(action, "actions/setup-"):
		named := step.With["cache"] != nil && cache != "" && cache != "false"
		return named && !asked(cache) || step.With["package-manager-cache"] != false
	case strings.HasPrefix(action, "./.github/actions/"):
		return step.With["cache"] != nil && cache != "false"
	}
	return false
}

// TestRightsFaults breaks a good job with rights in each way that lets others into it.
func TestRightsFaults(t *testing.T) {
	const good = `name: X
on:
  schedule: []
jobs:
  a:
    environment: prod
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@0 # v7.0.1
        with:
          persist-credentials: false
      - uses: ./.github/actions/tools
        with:
          pulumi: "true"
      - uses: actions/setup-go@0
        with:
          cache: false
`
	faultsOf := func(text string) string {
		w, err := parseWorkflow(text)
		require.NoError(t, err)
		return strings.Join(rightsFaults(".github/workflows/x.yaml", w), "\n")
	}
	require.Empty(t, faultsOf(good))
	for _, c := range []struct{ old, new, want string }{
		{"pulumi: \"true\"", "cache: \"true\"", "actions/tools restores a cache"},
		{"          cache: false\n", "          check-latest: true\n", "setup-go@0 restores a cache"},
		{"actions/setup-go@0\n        with:\n          cache: false", "actions/cache/restore@0", "cache/restore@0 restores a cache"},
		{"actions/setup-go@0\n        with:\n          cache: false", "actions/setup-node@0", "setup-node@0 restores a cache"},
		{"  schedule: []", "  pull_request: {}", "runs on pull_request"},
		{"persist-credentials: false", "fetch-depth: 2", "persist-credentials"},
	} {
		broken := strings.Replace(good, c.old, c.new, 1)
		require.NotEqual(t, good, broken)
		require.Contains(t, faultsOf(broken), c.want)
	}
	comment := strings.NewReplacer("  schedule: []", "  pull_request: {}", "    environment: prod\n", "", "id-token",
		"pull-requests").Replace(good)
	require.Contains(t, faultsOf(comment), "job a may write, but runs actions/checkout@0")
	require.Contains(t, faultsOf(comment), "job a may write, but runs ./.github/actions/tools")
	preview := strings.NewReplacer("  schedule: []", "  pull_request: {}", "    environment: prod\n", "", "pulumi: \"true\"",
		"cache: \"true\"").Replace(good)
	require.Empty(t, faultsOf(preview), "a preview runs the code of the pull request anyway")
	action := "inputs:\n  cache:\n    default: \"true\"\nruns:\n  steps:\n    - uses: actions/cache@0\n"
	require.Contains(t, faultsOf(action), "no caller can switch off")
	require.Contains(t, faultsOf(action), "has the input cache")
}
