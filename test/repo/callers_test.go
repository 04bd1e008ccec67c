package repo

import (
	"bytes"
	"fmt"
	"maps"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// callable is a workflow that another repository calls, as far as its caller has to fit it.
type callable struct {
	On struct {
		Call struct {
			Inputs  map[string]struct{ Required bool }
			Secrets map[string]any
		} `json:"workflow_call"`
	}
	Jobs map[string]struct {
		Permissions map[string]string
	}
}

// callers is a workflow that calls others.
type callers struct {
	Jobs map[string]struct {
		Uses        string
		With        map[string]any
		Secrets     map[string]any
		Permissions map[string]string
	}
}

var calledFile = regexp.MustCompile(`^company/platform/(\.github/workflows/[a-z-]+\.yaml)@[0-9a-f]{40}$`)

// callFaults are the ways in which a caller does not fit what it calls. An input that a workflow does not have, and a right that a job of it
// needs and the caller does not give, end a run on GitHub before it starts
// (https://docs.github.com/en/actions/reference/workflows-and-actions/reusable-workflows).
func callFaults(t *testing.T, text string) (faults []string) {
	t.Helper()
	var c callers
	require.NoError(t, yaml.Unmarshal([]byte(text), &c))
	for name, job := range c.Jobs {
		fault := func(format string, args ...any) {
			faults = append(faults, "job "+name+" "+fmt.Sprintf(format, args...))
		}
		at := calledFile.FindStringSubmatch(job.Uses)
		if at == nil {
			fault("uses %s: write company/platform/.github/workflows/<file>@<commit>", job.Uses)
			continue
		}
		var w callable
		require.NoError(t, yaml.Unmarshal([]byte(strings.Replace(read(t, at[1]), "\non:\n", "\n\"on\":\n", 1)), &w))
		for input := range job.With {
			if _, has := w.On.Call.Inputs[input]; !has {
				fault("gives %s, which %s does not take; it takes %v", input, at[1], slices.Sorted(maps.Keys(w.On.Call.Inputs)))
			}
		}
		for input, declared := range w.On.Call.Inputs {
			if _, given := job.With[input]; declared.Required && !given {
				fault("does not give %s, which %s requires", input, at[1])
			}
		}
		for secret := range job.Secrets {
			if _, has := w.On.Call.Secrets[secret]; !has {
				fault("gives the secret %s, which %s does not take", secret, at[1])
			}
		}
		if ref := fmt.Sprint(job.With["platform-ref"]); !strings.HasSuffix(job.Uses, "@"+ref) {
			fault("gives platform-ref %s and calls another commit, %s", ref, job.Uses)
		}
		needed := map[string]string{}
		for _, called := range w.Jobs {
			for right, level := range called.Permissions {
				if needed[right] != "write" {
					needed[right] = level
				}
			}
		}
		if !maps.Equal(needed, job.Permissions) {
			fault("gives the permissions %v, but %s needs %v", job.Permissions, at[1], needed)
		}
	}
	return faults
}

// callerInDocs is the workflow that docs/continuous-delivery.md has for a repository of models.
func callerInDocs(t *testing.T) string {
	t.Helper()
	_, rest, found := strings.Cut(read(t, "docs/continuous-delivery.md"), "```yaml\n# .github/workflows/models.yaml\n")
	require.True(t, found, "docs/continuous-delivery.md has no workflow for a repository of models")
	text, _, _ := strings.Cut(rest, "```")
	return text
}

// TestCallerInDocs requires the workflow of the docs to call all that can be called, to fit it, and to pass actionlint.
func TestCallerInDocs(t *testing.T) {
	text := callerInDocs(t)
	require.Empty(t, callFaults(t, text))
	for _, name := range []string{"model-image", "train", "promote", "render", "deploy"} {
		require.Contains(t, text, "/.github/workflows/"+name+".yaml@", "a caller of each")
	}
	lint := exec.Command("go", "tool", "-modfile=test/workflows/go.mod", "actionlint", "-stdin-filename", "models.yaml", "-")
	lint.Dir, lint.Stdin = root, bytes.NewBufferString(text)
	out, err := lint.CombinedOutput()
	require.NoError(t, err, string(out))
}

// TestCallFaults breaks the caller of the docs in each way that GitHub would refuse, or worse, not refuse.
func TestCallFaults(t *testing.T) {
	text := callerInDocs(t)
	for change, want := range map[[2]string]string{
		{"      context: ", "      folder: "}:                     "gives folder, which .github/workflows/model-image.yaml does not take",
		{"      platform: company/platform\n", ""}:                "does not give platform",
		{"contents: write", "contents: read"}:                     "but .github/workflows/",
		{"company/platform/.github/workflows/render", "./render"}: "uses ./render",
		{"platform-ref: 0", "platform-ref: 1"}:                    "calls another commit",
		{"platform-key: ", "key: "}:                               "gives the secret key",
	} {
		broken := strings.Replace(text, change[0], change[1], 1)
		require.NotEqual(t, text, broken, change)
		require.Contains(t, strings.Join(callFaults(t, broken), "\n"), want)
	}
}

// runElsewhere are the commands of workflows that test/delivery does not run with programs that answer as the real ones do, and why.
var runElsewhere = map[string]string{
	"test":          "this test is a part of it",
	"python":        "local/test.sh makes the same environment",
	"modelway":      "what it builds is what test/delivery builds",
	"tools-preview": "what it builds is a part of what make test builds first",
	"tools-all":     "make test builds it first",
}

// TestEveryStepRunsHere requires each shell step of each workflow to be a step that test/delivery runs, or a command that is known.
func TestEveryStepRunsHere(t *testing.T) {
	tests := ""
	for _, file := range files(t) {
		if path.Dir(file) == "test/delivery" && strings.HasSuffix(file, "_test.go") {
			tests += read(t, file)
		}
	}
	ran := 0
	for _, file := range files(t) {
		if !strings.HasPrefix(file, ".github/") || path.Ext(file) != ".yaml" {
			continue
		}
		for _, step := range regexp.MustCompile(`(?m)\brun: (.*)$`).FindAllStringSubmatch(read(t, file), -1) {
			ran++
			if call := stepCall.FindStringSubmatch(step[1]); call != nil {
				require.Contains(t, tests, `w.ci("`+call[1]+`")`, "test/delivery does not run modelway ci %s, which %s runs", call[1], file)
				continue
			}
			target, isMake := strings.CutPrefix(step[1], "make ")
			require.True(t, isMake && runElsewhere[target] != "", "%s runs %q, which test/delivery does not", file, step[1])
		}
	}
	require.GreaterOrEqual(t, ran, 15)
}

// dryRun is what a command of the Makefile would run.
func dryRun(t *testing.T, target string) string {
	t.Helper()
	recipe, err := exec.Command("make", "--directory", root, "--no-print-directory", "--dry-run", target).Output()
	require.NoError(t, err, target)
	return string(recipe)
}
