package delivery

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ready is a world in which every step could begin.
func ready(t *testing.T) *world {
	w := newWorld(t)
	for name, value := range map[string]string{
		"STACK": "prod", "PULUMI_BACKEND_URL": "s3://state", "PULUMI_ORGANIZATION": "company", "GH_TOKEN": "t", "GITHUB_REPOSITORY": "c/m",
		"PREVIEW_ROLE_ARN": "arn", "BASE": "HEAD", "MODEL": "churn", "CONTEXT": "churn-image", "REGISTRY": registry,
		"IMAGE": churn, "HOURS": "2", "ALIAS": "champion", "MLFLOW_TRACKING_URI": "https://mlflow", "KFP_ENDPOINT": "https://kfp",
	} {
		w.env[name] = value
	}
	w.write("churn-image/Dockerfile", "FROM scratch\n")
	for _, file := range []string{"prod/plan.json", "prod/commit", "image.tar", "promotion/model.yaml", "promotion/report.md"} {
		w.write(".modelway/delivery/"+file, "x\n")
	}
	for _, name := range []string{"pulumi", "gh", "docker", "kubectl", "modelway"} {
		w.program(name, "exit 1")
	}
	return w
}

// TestBadInputIsRefused gives each step an input that it must not begin with. It names the input, its value, and what to do; no program is run,
// and no file is touched.
func TestBadInputIsRefused(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct {
		step, variable, value string
		// gone is a program that is not installed, or a file that is not there.
		gone string
		says []string
	}{
		"no stack":                {step: "plan", variable: "STACK", says: []string{"variable STACK is empty: set it to the environment, such as dev"}},
		"a stack of no settings":  {step: "preview", variable: "STACK", value: "nope", says: []string{`STACK: stack "nope" has no settings`, "there are dev, local, prod"}},
		"a path as a stack":       {step: "plan", variable: "STACK", value: "../x", says: []string{`STACK: the stack's name is "../x"; allowed: 1 to 63`}},
		"an option as a stack":    {step: "verify", variable: "STACK", value: "--all", says: []string{`name is "--all"`}},
		"a stack of two lines":    {step: "drift", variable: "STACK", value: "prod\n::stop-commands::x", says: []string{`name is "prod\n::stop-commands::x"`}},
		"a lasting stack":         {step: "ephemeral-destroy", variable: "STACK", value: "prod", says: []string{`STACK is "prod", which is not ephemeral`}},
		"no commit":               {step: "environments", variable: "BASE", value: "nowhere", says: []string{`BASE is "nowhere", which is not a commit here`, "fetch-depth: 2"}},
		"an option as a commit":   {step: "environments", variable: "BASE", value: "--output=stolen", says: []string{`BASE is "--output=stolen"`}},
		"a file as a commit":      {step: "render-check", variable: "BASE", value: "HEAD:Makefile", says: []string{`BASE is "HEAD:Makefile", which is not a commit`}},
		"gh is absent":            {step: "drift", gone: "gh", says: []string{"gh is not on PATH: install it from https://cli.github.com/"}},
		"pulumi is absent":        {step: "plan", gone: "pulumi", says: []string{"pulumi is not on PATH: install it from https://www.pulumi.com/docs"}},
		"kubectl is absent":       {step: "apply", gone: "kubectl", says: []string{"kubectl is not on PATH: install it from https://kubernetes.io/docs"}},
		"git is absent":           {step: "environments", gone: "git", says: []string{"git is not on PATH"}},
		"outputs go nowhere":      {step: "plan", variable: "GITHUB_OUTPUT", value: "/nowhere/output", says: []string{`GITHUB_OUTPUT is "/nowhere/output", which cannot be written: no such file`}},
		"the summary is a folder": {step: "apply", variable: "GITHUB_STEP_SUMMARY", value: folder, says: []string{"GITHUB_STEP_SUMMARY is", "is a directory; use a file"}},
		"no such model":           {step: "image-push", variable: "MODEL", value: "nobody", says: []string{`MODEL is "nobody", but there is no models/nobody.yaml: add the model first`}},
		"a path as a model":       {step: "train", variable: "MODEL", value: "../churn", says: []string{`MODEL is "../churn", which is not the name of a model: use`}},
		"models outside":          {step: "image-build", variable: "MODELS_FOLDER", value: "../models", says: []string{`MODELS_FOLDER is "../models", which is not a folder in the checkout`}},
		"models nowhere":          {step: "promote-pull-request", variable: "MODELS_FOLDER", value: "none", says: []string{`MODELS_FOLDER is "none", and there is no such folder`}},
		"a repository nowhere":    {step: "train", variable: "MODELS_REPOSITORY", value: "../none", says: []string{`MODELS_REPOSITORY is "../none", and there is no such folder: check out`}},
		"hours in words":          {step: "ephemeral-keep", variable: "HOURS", value: "two", says: []string{`HOURS is "two", which is not a number: use 1 to 336`}},
		"an image by tag":         {step: "image-pull-request", variable: "IMAGE", value: "a:1", says: []string{`IMAGE is "a:1": use <registry>/<repository>@sha256:`}},
		"a job without a token":   {step: "promote", variable: "TOOLS_AUDIENCE", value: "tools", says: []string{"ACTIONS_ID_TOKEN_REQUEST_URL is empty: set it to what GitHub sets", "ACTIONS_ID_TOKEN_REQUEST_TOKEN is empty"}},
		"no plan":                 {step: "apply", gone: ".modelway/delivery/prod/plan.json", says: []string{"There is no .modelway/delivery/prod/plan.json: make one with `STACK=prod modelway ci plan`"}},
		"no image":                {step: "image-push", gone: ".modelway/delivery/image.tar", says: []string{"There is no .modelway/delivery/image.tar: build it with `modelway ci image-build`"}},
		"an unknown step":         {step: "deploy", says: []string{`"deploy" is not a step; allowed: environments, `}},
	} {
		t.Run(name, func(t *testing.T) {
			w := ready(t)
			if strings.HasPrefix(c.step, "ephemeral") && c.variable != "STACK" {
				w.env["STACK"] = "pr-1"
			}
			if c.variable != "" {
				w.env[c.variable] = c.value
			}
			if gone := filepath.Join(w.bin, c.gone); strings.Contains(c.gone, "/") {
				require.NoError(t, os.Remove(filepath.Join(w.root, c.gone)))
			} else if c.gone != "" {
				require.NoError(t, os.Remove(gone))
			}
			before := w.tree()
			out, err := w.ci(c.step)
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, out)
			require.Equal(t, 2, exit.ExitCode(), out)
			for _, says := range c.says {
				require.Contains(t, out, says)
			}
			require.Empty(t, w.called())
			require.Equal(t, before, w.tree())
		})
	}
}

// TestAllBadInputIsToldAtOnce requires one run to name everything that has to be put right.
func TestAllBadInputIsToldAtOnce(t *testing.T) {
	w := ready(t)
	w.env["STACK"], w.env["MODEL"], w.env["ALIAS"], w.env["TOOLS_AUDIENCE"], w.env["PULUMI_BACKEND_URL"] = "../x", "a b", "", "tools", ""
	require.NoError(t, os.Remove(filepath.Join(w.bin, "pulumi")))
	out, err := w.ci("promote")
	require.Error(t, err)
	require.Contains(t, out, "Error: 7 inputs to put right:\n  STACK: the stack's name is \"../x\"")
	for _, name := range []string{"MODEL is \"a b\"", "variable ALIAS", "pulumi is not on PATH", "variable PULUMI_BACKEND_URL",
		"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"} {
		require.Contains(t, out, "\n  ", name)
		require.Contains(t, out, name)
	}
	require.Empty(t, w.called())
}

// TestAPreviewThatPrintsNothing requires the section to say so.
func TestAPreviewThatPrintsNothing(t *testing.T) {
	w := ready(t)
	out, err := w.ci("preview")
	require.Error(t, err)
	require.Contains(t, out, "$ pulumi preview --stack prod --non-interactive --json --policy-pack policies\n")
	require.Contains(t, w.summary(), "It printed nothing. The log of the job has the commands that ran.")
}
