package delivery

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// names are no names of stacks: other folders, options, several words.
var names = []string{"../..", "..", ".", "/", "-rf", "a/b", "a b", "prod\n", "prod\nx", "$(rm -rf models)", "`rm -rf models`",
	"x; rm -rf models", "x' ; rm -rf models '", `"`, "Prod", "prod_eu", "2026"}

// tree are the files of the checkout, without what git keeps.
func (w *world) tree() (files []string) {
	require.NoError(w.t, filepath.WalkDir(w.root, func(path string, entry os.DirEntry, err error) error {
		if entry.IsDir() && entry.Name() == ".git" {
			return filepath.SkipDir
		}
		files = append(files, path)
		return err
	}))
	return files
}

// TestNamesOfStacksAreCheckedFirst runs every step that makes a folder of the stack's name.
func TestNamesOfStacksAreCheckedFirst(t *testing.T) {
	for _, step := range []string{"preview", "plan", "apply", "drift", "verify"} {
		w := newWorld(t).live("", "exit 0")
		w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"], w.env["PREVIEW_ROLE_ARN"] = "t", "o/r", "arn"
		w.write(".modelway/delivery/plan.json", "kept")
		before := w.tree()
		for _, name := range names {
			w.env["STACK"] = name
			out, err := w.ci(step)
			require.Error(t, err, "%s %q", step, name)
			require.Contains(t, out, "the stack's name is "+strconv.Quote(name)+"; allowed: 1 to 63", step)
			require.Equal(t, before, w.tree(), "%s %q", step, name)
		}
		w.env["STACK"] = ""
		out, err := w.ci(step)
		require.Error(t, err)
		require.Contains(t, out, "STACK is empty")
		require.Empty(t, w.called(), "nothing is called for such a name")
	}
}

// TestOtherNamesAreCheckedFirst runs the steps that make a path or an address of another name.
func TestOtherNamesAreCheckedFirst(t *testing.T) {
	for _, c := range []struct{ target, variable, says string }{
		{"ephemeral-destroy", "STACK", "pr-"},
		{"ephemeral-keep", "STACK", "pr-"},
		{"image-build", "MODEL", "which is not the name of a model"},
		{"image-push", "MODEL", "which is not the name of a model"},
		{"image-pull-request", "MODEL", "which is not the name of a model"},
	} {
		w := newWorld(t).live("", "exit 0")
		w.program("gh", "")
		w.program("docker", "")
		w.write("churn-image/Dockerfile", "FROM scratch\n")
		for name, value := range map[string]string{"GH_TOKEN": "t", "GITHUB_REPOSITORY": "o/r", "HOURS": "2", "CONTEXT": "churn-image",
			"REGISTRY": registry, "IMAGE": churn} {
			w.env[name] = value
		}
		before := w.tree()
		for _, name := range names {
			w.env[c.variable] = name
			out, err := w.ci(c.target)
			require.Error(t, err, "%s %q", c.target, name)
			require.Contains(t, out, c.says, "%s %q", c.target, name)
			require.Equal(t, before, w.tree(), "%s %q", c.target, name)
		}
		require.Empty(t, w.called(), c.target)
	}
}

// TestMakeHandsOnWhatAPersonTyped requires each value to reach the program as one argument, as it was typed, and nothing else to be done
// with it.
func TestMakeHandsOnWhatAPersonTyped(t *testing.T) {
	w := newWorld(t)
	w.program("go", `[[ "$*" == "run -C local/bootstrap . modelway" || "$*" == "run -C local/bootstrap . -kept" ]]`)
	w.write(".modelway/bin/modelway", "#!/usr/bin/env bash\nprintf '<%s>' \"$@\"\n")
	w.write("preview.jsonl", "of somebody else")
	before := w.tree()
	for _, name := range append(names, "") {
		if name == "$(rm -rf models)" {
			continue // a person who writes a function of make gets it
		}
		for _, target := range []string{"preview", "report", "up", "cost", "plan"} {
			out, err := w.run(filepath.Join(w.bin, "make"), "--no-print-directory", target, "STACK="+name)
			require.NoError(t, err, out)
			require.Equal(t, fmt.Sprintf("<%s><--stack><%s>", target, name), out)
		}
		require.Equal(t, before, w.tree(), name)
	}
	out, _ := w.run(filepath.Join(w.bin, "make"), "--no-print-directory", "preview")
	require.Contains(t, out, "<--stack><dev>")
	out, _ = w.run(filepath.Join(w.bin, "make"), "--no-print-directory", "preview", "BASE=a b; rm -rf models")
	require.Contains(t, out, "<--base><a b; rm -rf models>")
	_, err := w.run(filepath.Join(w.bin, "make"), "--no-print-directory", "clean", "STATE=models")
	require.NoError(t, err)
	require.DirExists(t, filepath.Join(w.root, "models"))
}

// TestSettingsOfOtherNamesFailTheJob requires a file that no job would be made for to be named.
func TestSettingsOfOtherNamesFailTheJob(t *testing.T) {
	for _, file := range []string{"Pulumi.prod_eu.yaml", "Pulumi.Prod.yaml", "Pulumi.layer_1.yaml", "Pulumi.2026.yaml", "Pulumi.eu.yml"} {
		for _, all := range []string{"", "true"} {
			w := newWorld(t)
			w.write(file, "config: {}\n")
			w.commit("change")
			w.env["ALL"], w.env["BASE"] = all, "HEAD^1"
			out, err := w.ci("environments")
			require.Error(t, err)
			require.Contains(t, out, strconv.Quote(file))
			require.Empty(t, w.outputs())
		}
	}
}

// TestSettingsThatGoAreNamed requires a word about a stack that nobody looks after any more.
func TestSettingsThatGoAreNamed(t *testing.T) {
	w := newWorld(t)
	w.git("rm", "--quiet", "Pulumi.prod.yaml")
	w.commit("change")
	w.env["BASE"] = "HEAD^1"
	out, err := w.ci("environments")
	require.NoError(t, err, out)
	require.Contains(t, out, "stack prod is no longer previewed, deployed or watched")
	require.Equal(t, "matrix=[]\n", w.outputs())
}
