package repo

import (
	"fmt"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/ci"
)

var (
	usesLine  = regexp.MustCompile(`(?m)^[ -]*uses:[ ]*(.*)$`)
	pinnedUse = regexp.MustCompile(`^([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$`)
	ownAction = regexp.MustCompile(`^\./\.github/actions/[a-z-]+$`)
	makeCall  = regexp.MustCompile(`^make ([a-z-]+)\n?$`)
	stepCall  = regexp.MustCompile(`^\.modelway/bin/modelway ci ([a-z-]+)\n?$`)
	installed = regexp.MustCompile(`(?m)^ *pulumi-version: (\S+)$`)
)

// platformKey is the one key that is given from outside: it reads the platform's repository for a checkout, and nothing else.
const platformKey = "ssh-key: ${{ secrets.platform-key }}\n"

// shell is what every shell step of a workflow runs under.
const shell = "bash -euo pipefail {0}"

// workflow is a workflow of GitHub Actions, or a composite action, as far as its form is checked.
type workflow struct {
	On          map[string]any
	Permissions *map[string]string
	Defaults    struct{ Run struct{ Shell string } }
	Jobs        map[string]workflowJob
	Inputs      map[string]struct{ Default string }
	Runs        struct{ Steps []workflowStep }
}

type workflowJob struct {
	TimeoutMinutes int `json:"timeout-minutes"`
	Permissions    *map[string]string
	Environment    any
	Steps          []workflowStep
}

type workflowStep struct {
	Run, Shell, Uses, If string
	With                 map[string]any
}

// parseWorkflow reads the text of a workflow or a composite action.
func parseWorkflow(text string) (w workflow, err error) {
	// YAML 1.1 reads the key on as true.
	err = yaml.Unmarshal([]byte(strings.Replace(text, "\non:\n", "\n\"on\":\n", 1)), &w)
	return w, err
}

// workflowFaults are what is wrong with a workflow, by its text; exists says whether the Makefile has a target.
func workflowFaults(file, text string, exists func(target string) bool) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, file+": "+fmt.Sprintf(format, args...)) }
	for _, use := range usesLine.FindAllStringSubmatch(text, -1) {
		if !pinnedUse.MatchString(use[1]) && !ownAction.MatchString(use[1]) {
			fault("uses %s: pin an action by its full commit, with its version behind it: owner/name@<40 hexadecimal digits> # v1.2.3", use[1])
		}
	}
	for _, refused := range []string{"pull_request_target", "workflow_run:", "secrets."} {
		if strings.Contains(strings.ReplaceAll(text, platformKey, ""), refused) {
			fault("has %s: code of strangers must not meet rights, and roles are taken without stored keys", refused)
		}
	}
	w, err := parseWorkflow(text)
	if err != nil {
		fault("is not read: %v", err)
		return faults
	}
	faults = append(faults, rightsFaults(file, w)...)
	steps := w.Runs.Steps
	if strings.HasPrefix(file, ".github/workflows/") {
		if w.Permissions == nil || len(*w.Permissions) > 0 {
			fault("has no top-level `permissions: {}`: rights are given to each job")
		}
		if w.Defaults.Run.Shell != shell {
			fault("has defaults.run.shell %q: write %s", w.Defaults.Run.Shell, shell)
		}
		if len(w.Jobs) == 0 {
			fault("has no jobs")
		}
	}
	for name, job := range w.Jobs {
		if job.TimeoutMinutes == 0 {
			fault("job %s has no timeout-minutes", name)
		}
		if job.Permissions == nil || len(*job.Permissions) == 0 {
			fault("job %s has no permissions: name the least it needs", name)
		}
		steps = append(steps, job.Steps...)
	}
	for _, step := range steps {
		if step.Run == "" {
			continue
		}
		call, own := makeCall.FindStringSubmatch(step.Run), stepCall.FindStringSubmatch(step.Run)
		switch {
		case call == nil && own == nil:
			fault("runs %q: a shell step is one call of make, or of .modelway/bin/modelway ci, without arguments; put what it does into a step in "+
				"internal/ci", step.Run)
		case own != nil && !slices.Contains(ci.Names(), own[1]):
			fault("runs modelway ci %s, which is not a step; those are %s", own[1], strings.Join(ci.Names(), ", "))
		case call != nil && !exists(call[1]):
			fault("runs make %s, which the Makefile does not have", call[1])
		}
		if want := shellOf[strings.HasPrefix(file, ".github/actions/")]; step.Shell != want {
			fault("runs %q with the shell %q: write %q, as GitHub wants one for each step of an action and the workflows have one for all", step.Run,
				step.Shell, want)
		}
	}
	return faults
}

// shellOf is the shell of a step, by whether it is one of an action.
var shellOf = map[bool]string{true: shell}

// targets says whether the Makefile has a target.
func targets() (exists func(target string) bool) {
	known := map[string]bool{}
	return func(target string) bool {
		if _, asked := known[target]; !asked {
			known[target] = exec.Command("make", "--directory", root, "--dry-run", target).Run() == nil
		}
		return known[target]
	}
}

// TestWorkflows requires workflows that hold no logic, and that nobody else can change.
func TestWorkflows(t *testing.T) {
	exists := targets()
	var faults []string
	versionOf := map[string]string{}
	count := 0
	var all strings.Builder
	for _, file := range files(t) {
		if !strings.HasPrefix(file, ".github/") || path.Ext(file) != ".yaml" && path.Ext(file) != ".yml" {
			continue
		}
		count++
		text := read(t, file)
		all.WriteString(text + "\n")
		faults = append(faults, workflowFaults(file, text, exists)...)
		for _, use := range usesLine.FindAllStringSubmatch(text, -1) {
			found := pinnedUse.FindStringSubmatch(use[1])
			if found == nil {
				continue
			}
			if other, seen := versionOf[found[1]]; seen && other != found[2]+found[3] {
				faults = append(faults, fmt.Sprintf("%s uses another version of %s than the other files: change them together", file, found[1]))
			}
			versionOf[found[1]] = found[2] + found[3]
		}
		for _, found := range installed.FindAllStringSubmatch(text, -1) {
			if want := bare(versions(t, "go.mod")["github.com/pulumi/pulumi/sdk/v3"]); found[1] != want {
				faults = append(faults, fmt.Sprintf("%s installs Pulumi %s, but go.mod says %s: change them together", file, found[1], want))
			}
		}
	}
	const guide = "docs/continuous-delivery.md"
	for _, call := range regexp.MustCompile("`?make ([a-z]+(?:-[a-z]+)+)").FindAllStringSubmatch(read(t, guide), -1) {
		if !exists(call[1]) {
			faults = append(faults, fmt.Sprintf("%s mentions make %s, which the Makefile does not have", guide, call[1]))
		}
	}
	for _, found := range regexp.MustCompile(`(?m)^\s*- run: make ([a-z-]+)$|^\s*run: make ([a-z-]+)$`).FindAllStringSubmatch(all.String(),
		-1) {
		if target := found[1] + found[2]; !strings.Contains(read(t, guide), "make "+target) {
			faults = append(faults, fmt.Sprintf("%s does not describe make %s, which a workflow runs", guide, target))
		}
	}
	require.GreaterOrEqual(t, count, 6)
	require.GreaterOrEqual(t, len(versionOf), 6)
	report(t, faults)
}

// TestWorkflowFaults breaks a good workflow in each way that is refused.
func TestWorkflowFaults(t *testing.T) {
	const good = `name: X
on:
  push:
permissions: {}
defaults:
  run:
    shell: bash -euo pipefail {0}
jobs:
  a:
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v7.0.1
        with:
          persist-credentials: false
      - uses: ./.github/actions/tools
      - run: make test
`
	exists := func(target string) bool { return target == "test" }
	require.Empty(t, workflowFaults(".github/workflows/x.yaml", good, exists))
	for change, want := range map[[2]string]string{
		{"@0123456789012345678901234567890123456789 # v7.0.1", "@v7"}: "pin an action",
		{" # v7.0.1", ""}:                                                           "pin an action",
		{"./.github/actions/tools", "./elsewhere"}:                                  "pin an action",
		{"permissions: {}", "permissions: read-all"}:                                "is not read",
		{"permissions: {}\n", ""}:                                                   "top-level",
		{"permissions: {}", "permissions: {issues: read}"}:                          "top-level",
		{"    permissions:\n      contents: read\n", ""}:                            "job a has no permissions",
		{"    timeout-minutes: 5\n", ""}:                                            "timeout-minutes",
		{"make test", "make nothing"}:                                               "does not have",
		{"make test", "make test STACK=${{ github.head_ref }}"}:                     "one call of make",
		{"make test", "npm test"}:                                                   "one call of make",
		{"make test", ".modelway/bin/modelway ci nothing"}:                          "is not a step",
		{"make test", ".modelway/bin/modelway ci plan ${{ inputs.x }}"}:             "one call of make",
		{"-euo pipefail", "-e"}:                                                     "defaults.run.shell",
		{"  push:", "  pull_request_target:"}:                                       "code of strangers",
		{"make test", "make test\n        env: {A: '${{ secrets.KEY }}'}"}:          "stored keys",
		{"make test", "make test\n        env: {A: '${{ secrets.platform-key }}'}"}: "stored keys",
		{"make test", "|\n          make test\n          make test"}:                "one call of make",
	} {
		broken := strings.Replace(good, change[0], change[1], 1)
		require.NotEqual(t, good, broken)
		require.Contains(t, strings.Join(workflowFaults(".github/workflows/x.yaml", broken, exists), "\n"), want, "%v", change)
	}
}
