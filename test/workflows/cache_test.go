package workflows

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkout are the files of this repository, each with nothing to tell apart but its name.
func checkout(t *testing.T) tree {
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	files := tree{}
	for _, file := range strings.Fields(string(out)) {
		files[file] = ""
	}
	return files
}

// repository is one whose main has been pushed to once.
func repository(t *testing.T) (*github, tree, func(ref string, files tree) []told) {
	g, files := &github{action: tools(t), saved: map[string][]string{}}, checkout(t)
	ci, preview := jobs(t, "ci.yaml"), jobs(t, "preview.yaml")
	pushed := values{"github.event_name": "push"}
	require.Equal(t, []string{"modelway", "go", "programs"}, g.run(ci["test"], main, files, pushed).saved)
	return g, files, func(ref string, files tree) (all []told) {
		given := values{"github.event_name": "pull_request"}
		for _, name := range []string{"environments", "preview", "compose"} {
			all = append(all, g.run(preview[name], ref, files, given))
		}
		return all
	}
}

const pull = "refs/pull/1/merge"

// TestPreviewOfModels is the pull request of every day: it builds nothing, and does not even install Go but for the preview.
func TestPreviewOfModels(t *testing.T) {
	g, files, preview := repository(t)
	for i, job := range preview(pull, files.with("models/churn.yaml", "Pulumi.dev.yaml", "docs/cost.md", "internal/config/config_test.go")) {
		require.Contains(t, job.hit, "modelway")
		require.Empty(t, job.near)
		require.Empty(t, job.saved)
		if i == 1 {
			require.Equal(t, []string{"programs", "modelway", "go"}, job.hit)
			require.Equal(t, []string{"make tools-preview", "make tools-all"}, job.made, "which find all of it")
		} else {
			require.Empty(t, job.made)
			require.Equal(t, []string{"actions/cache/restore"}, job.used)
		}
	}
	require.Empty(t, g.saved[pull])
}

// TestPreviewOfCode has the program built once, with what main has compiled.
func TestPreviewOfCode(t *testing.T) {
	_, files, preview := repository(t)
	all := preview(pull, files.with("infra/network/vpc.go"))
	require.Equal(t, told{
		used: []string{"actions/cache/restore", "actions/setup-go", "actions/cache/restore", "actions/cache/save"},
		made: []string{"make modelway"}, near: []string{"go"}, saved: []string{"modelway"},
	}, all[0])
	require.Equal(t, []string{"programs", "modelway"}, all[1].hit)
	require.Equal(t, []string{"go"}, all[1].near)
	require.Empty(t, all[1].saved, "what main has compiled is near enough, and room is short")
	require.Equal(t, []string{"modelway"}, all[2].hit)
}

// TestPreviewOfDependencies compiles them once for each pull request, not for each push.
func TestPreviewOfDependencies(t *testing.T) {
	_, files, preview := repository(t)
	files = files.with("go.mod", "go.sum")
	all := preview(pull, files)
	require.Equal(t, []string{"modelway"}, all[0].saved, "the lightest job does not save for all what it has compiled")
	require.Equal(t, []string{"go"}, all[1].saved)
	all = preview(pull, files.with("infra/network/vpc.go"))
	require.Equal(t, []string{"go"}, all[0].near)
	require.Empty(t, all[1].saved)
}

// TestPreviewOfTools has the tools downloaded or built once for each pull request.
func TestPreviewOfTools(t *testing.T) {
	_, files, preview := repository(t)
	files = files.with("local/tools/kubernetes/go.mod")
	require.Equal(t, []string{"programs"}, preview(pull, files)[1].saved)
	require.Contains(t, preview(pull, files)[1].hit, "programs")
}

// TestFirstPreview is that of a repository without a push to main: the light jobs leave to the preview what all need.
func TestFirstPreview(t *testing.T) {
	g, files, preview := repository(t)
	g.saved = map[string][]string{}
	all := preview(pull, files)
	require.Equal(t, []string{"modelway"}, all[0].saved)
	require.Equal(t, []string{"go", "programs"}, all[1].saved)
	require.Empty(t, all[2].saved)
}

// TestPreviewWithARole restores what the Pulumi CLI compiles the program with.
func TestPreviewWithARole(t *testing.T) {
	g, files, _ := repository(t)
	told := g.run(jobs(t, "preview.yaml")["preview"], pull, files, values{
		"github.event.pull_request.head.repo.full_name": "company/platform", "github.repository": "company/platform",
		"github.actor": "somebody", "vars.AWS_PREVIEW_ROLE_ARN_DEV": "arn", "matrix.roleVariable": "AWS_PREVIEW_ROLE_ARN_DEV",
	})
	require.Equal(t, []string{"modelway", "go"}, told.hit)
	require.Contains(t, told.used, "pulumi/actions")
	require.NotContains(t, told.made, "make tools-preview")
}

// TestOthersSeeNoCacheOfAPullRequest is what GitHub does; and main restores only what main has saved.
func TestOthersSeeNoCacheOfAPullRequest(t *testing.T) {
	g, files, preview := repository(t)
	files = files.with("infra/network/vpc.go")
	preview(pull, files)
	require.Empty(t, g.find("refs/pull/2/merge", g.saved[pull][0], true))
	pushed := g.run(jobs(t, "ci.yaml")["test"], main, files, values{"github.event_name": "push"})
	require.Equal(t, []string{"modelway", "go"}, pushed.saved, "main keeps what it has compiled up to date")
}

// TestKeysCoverTheProgram changes each file that modelway is built from: the key is another one.
func TestKeysCoverTheProgram(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-json=Dir,Standard,Module,GoFiles,EmbedFiles", "./cmd/modelway")
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	files := checkout(t)
	v, key := values{"inputs.cache": "true"}, ""
	for _, s := range tools(t).Runs.Steps {
		if s.ID == "modelway" {
			key = s.With["key"].(string)
		}
	}
	before, changed := v.fill(files, key), 0
	from, err := filepath.Abs(root)
	require.NoError(t, err)
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var pkg struct {
			Dir                 string
			Module              *struct{ Main bool }
			GoFiles, EmbedFiles []string
		}
		require.NoError(t, decoder.Decode(&pkg))
		if pkg.Module == nil || !pkg.Module.Main {
			continue
		}
		for _, file := range append(pkg.GoFiles, pkg.EmbedFiles...) {
			path, err := filepath.Rel(from, filepath.Join(pkg.Dir, file))
			require.NoError(t, err)
			require.NotEqual(t, before, v.fill(files.with(path), key), path)
			changed++
		}
	}
	require.NotZero(t, changed)
}

// TestSavedAtOnce refuses what saves at the end of a job, where a failure loses it.
func TestSavedAtOnce(t *testing.T) {
	for _, s := range tools(t).Runs.Steps {
		require.False(t, strings.HasPrefix(s.Uses, "actions/cache@"), "restore, build, save: %s", s.ID)
	}
}
