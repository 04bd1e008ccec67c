package delivery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// renders answers as `modelway render` does: it writes what the models' folder holds to the folder of --out.
const renders = `[ "$1" = render ] || exit 0
	[ "$3" = "${FAILS:-}" ] && { echo 'models/churn.yaml:2: image: no' >&2; exit 1; }
	mkdir -p "$5/models" && cat models/*.yaml models/*/*.yaml 2> /dev/null > "$5/models/all.yaml" || true`

// argoed is a world in which Argo CD delivers the models of prod, and what is rendered is committed.
func argoed(t *testing.T) *world {
	w := newWorld(t)
	w.write("Pulumi.prod.yaml", "config:\n  modelway:models: {delivery: argocd}\n")
	w.write("Pulumi.dev.yaml", "config:\n  modelway:models: {delivery: pulumi}\n")
	w.write(".gitignore", ".modelway/\n")
	w.program("modelway", renders)
	w.commit("settings")
	w.env["ALL"] = "true"
	_, err := w.ci("render-check")
	require.Error(t, err)
	w.commit("rendered")
	w.env["ALL"], w.env["BASE"] = "", "HEAD^1"
	require.NoError(t, os.Remove(w.calls))
	require.NoError(t, os.Remove(w.notes))
	return w
}

func TestRenderedModelsAreShown(t *testing.T) {
	w := argoed(t)
	w.write("docs/x.md", "x")
	w.commit("documents")
	out, err := w.ci("render-check")
	require.NoError(t, err, out)
	require.Contains(t, out, "has modelway:models.delivery: argocd, so that nothing is rendered")
	require.Empty(t, w.called())

	w.write("models/risk/new.yaml", "name: new\nimage: a:1\n")
	w.commit("a model without its rendering")
	out, err = w.ci("render-check")
	require.Error(t, err)
	require.Contains(t, out, "The rendered models of prod are not what Argo CD is to deliver")
	require.Equal(t, "modelway render --stack prod --out rendered/prod\n", w.called(), "dev is Pulumi's")
	require.Contains(t, w.summary(), "What is committed is not what the models say")
	require.Contains(t, w.summary(), "Run `modelway render --stack prod --out rendered/prod`, and commit rendered/prod")
	require.Contains(t, w.summary(), "+name: new\n")

	w.git("add", "--all")
	w.git("commit", "--quiet", "--amend", "--no-edit")
	require.NoError(t, os.Remove(w.notes))
	out, err = w.ci("render-check")
	require.NoError(t, err, out)
	require.Contains(t, w.summary(), "What Argo CD would deliver, compared with `HEAD^1`:\n\n```\ndiff --git")
	require.Contains(t, w.summary(), "+name: new\n")
	require.NotContains(t, w.summary(), "not what the models say")

	w.env["FAILS"] = "prod"
	out, err = w.ci("render-check")
	require.Error(t, err)
	require.Contains(t, w.summary(), "The models of prod cannot be rendered.** Nothing has been changed.\n\n```\nmodels/churn.yaml:2: image: no")
	w.write("Pulumi.prod.yaml", "config:\n  modelway:models: {delivery: handover, git: {folder: live/prod}}\n")
	w.env["FAILS"], w.env["ALL"] = "", "true"
	_, err = w.ci("render-check")
	require.Error(t, err)
	require.Contains(t, w.called(), "modelway render --stack prod --out live/prod\n")
	w.env["ALL"], w.env["BASE"] = "", "elsewhere"
	out, err = w.ci("render-check")
	require.Error(t, err)
	require.Contains(t, out, `BASE is "elsewhere", which is not a commit here`)
}

// TestWhatComesFirstIsSaid wants the summary to name what the program makes for a change that Argo CD would deliver.
func TestWhatComesFirstIsSaid(t *testing.T) {
	w := argoed(t)
	index := func(program string) {
		w.write("rendered/prod/index.yaml", "stack: prod\nloadBalancers: {}\nmodels: {}\nprogram: {"+program+"}\n")
	}
	index(`Role churn: "1", Role spam: "1", Role gone: "1"`)
	w.commit("an index")
	index(`Role churn: "2", Role spam: "1", PodIdentityAssociation rank: "1"`)
	w.write("models/churn.yaml", "name: churn\nimage: a:3\n")
	w.program("modelway", "true")
	w.commit("a model with other rights")
	out, err := w.ci("render-check")
	require.NoError(t, err, out)
	require.Contains(t, w.summary(), "`pulumi up` comes first")
	require.Contains(t, w.summary(), "\n- PodIdentityAssociation rank (new)\n- Role churn (changed)\n\nWhat Argo CD would deliver")
	for _, unchanged := range []string{"- Role spam", "- Role gone"} {
		require.NotContains(t, w.summary(), unchanged)
	}
}

// TestPullRequestsHaveWhatIsRendered wants the pull request of a promotion to deliver what its merge says, and to say so where it cannot.
func TestPullRequestsHaveWhatIsRendered(t *testing.T) {
	for _, fails := range []string{"", "prod"} {
		w := argoed(t)
		w.env["MODEL"], w.env["ALIAS"], w.env["STACK"], w.env["FAILS"] = "churn", "champion", "prod", fails
		origin := w.origin(t)
		w.program("gh", `case "$*" in "pr create"*) cat "${@: -1}" >> "$HOME/body" ;; esac`)
		w.write(".modelway/delivery/promotion/model.yaml", "name: churn\nimage: a:2\n")
		w.write(".modelway/delivery/promotion/report.md", "### Metrics\n")
		out, err := w.ci("promote-pull-request")
		require.NoError(t, err, out)
		branch := w.git("branch", "--show-current")
		changed := strings.Fields(w.git("--git-dir", origin, "diff", "--name-only", "main.."+branch))
		body := w.read(filepath.Join(w.env["HOME"], "body"))
		if fails == "" {
			require.Equal(t, []string{"models/churn.yaml", "rendered/prod/models/all.yaml"}, changed)
			require.NotContains(t, body, "could not be rendered")
		} else {
			require.Equal(t, []string{"models/churn.yaml"}, changed)
			require.Contains(t, body, "The models of prod could not be rendered")
		}
	}
}

// origin is a repository that the checkout pushes to, with the branch main, and what gh needs.
func (w *world) origin(t *testing.T) string {
	t.Helper()
	origin := filepath.Join(t.TempDir(), "origin.git")
	w.git("init", "--quiet", "--bare", origin)
	w.git("remote", "add", "origin", origin)
	w.git("push", "--quiet", "origin", "main")
	w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"] = "token", "company/modelway"
	w.program("gh", "")
	return origin
}

// TestModelsOfAnotherRepository wants everything that the workflows do with models to be done with those of a repository of its own: it is
// read, built from, changed, rendered into and pushed, and this checkout's own models are nobody's.
func TestModelsOfAnotherRepository(t *testing.T) {
	w := argoed(t)
	other := &world{t: t, root: filepath.Join(w.root, ".modelway/repository"), bin: w.bin, env: w.env, calls: w.calls, notes: w.notes}
	other.write("team-models/risk/ranker.yaml", "name: ranker\nimage: a:1\n")
	other.write("ranker/Dockerfile", "FROM scratch\n")
	other.git("init", "--quiet", "--initial-branch", "main")
	other.commit("base")
	other.write("README.md", "the second commit")
	other.commit("second")
	origin := other.origin(t)
	w.env["MODELS_REPOSITORY"], w.env["MODELS_FOLDER"], w.env["MODEL"] = ".modelway/repository", "team-models", "ranker"
	w.env["CONTEXT"], w.env["KFP_ENDPOINT"], w.env["STACK"], w.env["ALIAS"] = "ranker", "https://pipelines.company.com", "prod", "champion"
	w.env["MLFLOW_TRACKING_URI"], w.env["MODEL_STORE"] = "https://mlflow.company.com", "company-models"

	w.program("docker", docker)
	out, err := w.ci("image-build")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "docker build --pull --tag modelway/ranker:scan .modelway/repository/ranker\n")
	out, err = w.ci("train")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "modelway train ranker --wait=false --models .modelway/repository/team-models --root .modelway/repository/pipelines\n")

	w.program("modelway", `printf 'name: ranker\nimage: a:2\n' > .modelway/repository/team-models/risk/ranker.yaml`)
	out, err = w.ci("promote")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "modelway promote ranker@champion --models .modelway/repository/team-models --apply")
	require.Contains(t, w.outputs(), "changes=true\n")
	other.git("checkout", "--quiet", ".")

	w.program("modelway", renders)
	w.write(".modelway/delivery/promotion/report.md", "### Metrics\n")
	out, err = w.ci("promote-pull-request")
	require.NoError(t, err, out)
	branch := other.git("branch", "--show-current")
	require.Equal(t, "rendered/prod/models/all.yaml\nteam-models/risk/ranker.yaml", other.git("--git-dir", origin, "diff", "--name-only",
		"main.."+branch))
	require.Equal(t, "name: ranker\nimage: a:2", other.git("--git-dir", origin, "show", branch+":rendered/prod/models/all.yaml"),
		"the models of the platform's repository are not rendered")

	w.env["BASE"] = "main"
	require.NoError(t, os.Remove(w.notes))
	out, err = w.ci("render-check")
	require.NoError(t, err, out)
	require.Contains(t, w.summary(), "+name: ranker\n")

	w.env["MODELS_FOLDER"] = "../../models"
	for _, target := range []string{"image-build", "promote-pull-request", "render-check"} {
		out, err = w.ci(target)
		require.Error(t, err, target)
		require.Contains(t, out, "MODELS_FOLDER is \"../../models\"", target)
	}
}
