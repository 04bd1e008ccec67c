package workflows

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// step is one of an action or a job.
type step struct {
	ID, If, Uses, Run string
	With              map[string]any
}

// action is the composite action Tools.
type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct{ Steps []step }
}

// job is one of a workflow.
type job struct {
	If    string
	Env   map[string]string
	Steps []step
}

const root = "../.."

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into))
}

func tools(t *testing.T) (a action) {
	readYAML(t, ".github/actions/tools/action.yaml", &a)
	return a
}

func jobs(t *testing.T, file string) map[string]job {
	var w struct{ Jobs map[string]job }
	readYAML(t, ".github/workflows/"+file, &w)
	return w.Jobs
}

// github keeps caches: for each branch or pull request the keys in the order in which they were saved
// (https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache).
type github struct {
	action action
	saved  map[string][]string
}

const main = "refs/heads/main"

// find is the newest key that begins with a prefix, of the own branch before main.
func (g *github) find(ref, prefix string, exact bool) string {
	for _, scope := range []string{ref, main} {
		for _, key := range slices.Backward(g.saved[scope]) {
			if key == prefix || !exact && strings.HasPrefix(key, prefix) {
				return key
			}
		}
	}
	return ""
}

// told is what the action Tools did in a job.
type told struct {
	// used are the actions, without their versions, and made the commands.
	used, made []string
	// hit and near are the kinds of caches that were restored by their key, and by another one; saved are those that were saved.
	hit, near, saved []string
}

// kind is what a cache has, as its key begins.
func kind(key string) string { kind, _, _ := strings.Cut(key, "-"); return kind }

// run runs the action Tools as a job calls it, for a branch or a pull request with these files.
func (g *github) run(j job, ref string, files tree, given values) (told told) {
	v := values{"github.ref": ref, "runner.os": "Linux", "runner.arch": "X64"}
	maps.Copy(v, given)
	for name, text := range j.Env {
		v["env."+name] = v.fill(files, text)
	}
	with := map[string]any{}
	for _, s := range j.Steps {
		if s.Uses == "./.github/actions/tools" && v.condition(files, s.If) {
			with = s.With
		}
	}
	inputs := values{}
	for name, input := range g.action.Inputs {
		inputs["inputs."+name] = input.Default
		if text, has := with[name]; has {
			inputs["inputs."+name] = v.fill(files, fmt.Sprint(text))
		}
	}
	maps.Copy(v, inputs)
	for _, s := range g.action.Runs.Steps {
		if !v.condition(files, s.If) {
			continue
		}
		if s.Run != "" {
			told.made = append(told.made, s.Run)
			continue
		}
		uses, _, _ := strings.Cut(s.Uses, "@")
		told.used = append(told.used, uses)
		key := v.fill(files, fmt.Sprint(s.With["key"]))
		switch uses {
		case "actions/cache/restore":
			told.restored(g, v, s, ref, key, v.fill(files, fmt.Sprint(s.With["restore-keys"])))
		case "actions/cache/save":
			if !slices.Contains(g.saved[ref], key) { // GitHub keeps what it has
				g.saved[ref] = append(g.saved[ref], key)
				told.saved = append(told.saved, kind(key))
			}
		}
	}
	return told
}

func (told *told) restored(g *github, v values, s step, ref, key, prefixes string) {
	output := "steps." + s.ID + ".outputs."
	found := g.find(ref, key, true)
	v[output+"cache-hit"] = fmt.Sprint(found != "")
	v[output+"cache-primary-key"] = key
	if found != "" {
		told.hit = append(told.hit, kind(key))
	}
	for _, prefix := range strings.Fields(prefixes) {
		if found == "" && prefix != "<nil>" {
			if found = g.find(ref, prefix, false); found != "" {
				told.near = append(told.near, kind(key))
			}
		}
	}
	v[output+"cache-matched-key"] = found
}
