package delivery

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// promotes answers as `modelway promote` does: it changes the model's file, and writes the report that --report names.
const promotes = `while [ $# -gt 0 ]; do [ "$1" != --report ] || printf '### Gates\n' > "$2"; shift; done
	echo "token=$MLFLOW_TRACKING_TOKEN" >> "$HOME/tokens"
	[ -z "${REFUSES:-}" ] || { echo 'Error: churn@champion is not promoted: gate digest' >&2; exit 1; }
	printf 'name: new\nimage: a:2\n' > models/"$MODEL".yaml`

// promoting is a world with what the workflow gives.
func promoting(t *testing.T) *world {
	w := newWorld(t)
	w.env["MODEL"], w.env["ALIAS"], w.env["STACK"], w.env["WEIGHT"], w.env["SKIP"] = "churn", "champion", "prod", "10", "latency,golden"
	w.env["MLFLOW_TRACKING_URI"], w.env["MODEL_STORE"] = "https://mlflow.company.com", "company-models"
	w.program("modelway", promotes)
	return w
}

func TestPromotionLeavesFileAndReport(t *testing.T) {
	w := promoting(t)
	out, err := w.ci("promote")
	require.NoError(t, err, out)
	require.Equal(t, "modelway promote churn@champion --models models --apply --report .modelway/delivery/promotion/report.md --weight 10 --skip latency,golden "+
		"--bucket company-models\n", w.called())
	require.Equal(t, "changes=true\n", w.outputs())
	require.Contains(t, w.summary(), "### Gates")
	require.Equal(t, "name: new\nimage: a:2\n", w.read(".modelway/delivery/promotion/model.yaml"))
	require.Equal(t, "token=\n", w.read(filepath.Join(w.env["HOME"], "tokens")))

	w.env["MODEL_STORE"], w.env["PULUMI_BACKEND_URL"] = "", "s3://state"
	w.program("pulumi", "")
	w.commit("the file is there")
	require.NoError(t, os.Remove(w.env["GITHUB_OUTPUT"]))
	out, err = w.ci("promote")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "--stack prod\n")
	require.Equal(t, "changes=false\n", w.outputs(), "what is served already is no change")
}

func TestPromotionThatAGateRefuses(t *testing.T) {
	w := promoting(t)
	w.env["REFUSES"] = "1"
	out, err := w.ci("promote")
	require.Error(t, err)
	require.Contains(t, out, "churn@champion is not promoted to prod: see above. Nothing is deployed")
	require.Contains(t, w.summary(), "### Gates")
	require.Empty(t, w.outputs())
}

// TestPromotionTakesATokenOfGitHub wants a token that is masked in the log, and no key that is kept.
func TestPromotionTakesATokenOfGitHub(t *testing.T) {
	w := promoting(t)
	w.env["TOOLS_AUDIENCE"] = "tools"
	asked := make(chan string, 1)
	github := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if request.Header.Get("Authorization") != "bearer request-token" {
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		asked <- request.URL.RequestURI()
		fmt.Fprint(answer, `{"value": "a.b.c", "count": 1}`)
	}))
	defer github.Close()
	out, err := w.ci("promote")
	require.Error(t, err)
	require.Contains(t, out, "ACTIONS_ID_TOKEN_REQUEST_URL is empty")
	w.env["ACTIONS_ID_TOKEN_REQUEST_URL"], w.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = github.URL+"/?v=1", "other"
	out, err = w.ci("promote")
	require.Error(t, err)
	require.Contains(t, out, "GitHub gave no token for the audience tools: it answers 401 Unauthorized; give the job the permission id-token: write")
	w.env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token"
	out, err = w.ci("promote")
	require.NoError(t, err, out)
	require.Equal(t, "/?v=1&audience=tools", <-asked)
	require.Equal(t, "token=a.b.c\n", w.read(filepath.Join(w.env["HOME"], "tokens")))
	require.Equal(t, []string{"::add-mask::a.b.c"}, slices.DeleteFunc(strings.Split(out, "\n"), func(line string) bool {
		return !strings.Contains(line, "a.b.c")
	}), "the log has it once, for GitHub to mask")
	require.NotContains(t, w.called(), "a.b.c", "processes of the machine see arguments")
	require.NotContains(t, out, "request-token")
}

func TestPullRequestForAPromotion(t *testing.T) {
	w := promoting(t)
	origin := filepath.Join(t.TempDir(), "origin.git")
	w.git("init", "--quiet", "--bare", origin)
	w.git("remote", "add", "origin", origin)
	w.env["GH_TOKEN"], w.env["GITHUB_REPOSITORY"] = "token", "company/modelway"
	w.program("gh", `case "$*" in "pr create"*) cat "${@: -1}" >> "$HOME/body" ;; esac`)
	out, err := w.ci("promote-pull-request")
	require.Error(t, err)
	require.Contains(t, out, "There is no .modelway/delivery/promotion/model.yaml: make it with `modelway ci promote`")
	w.write(".modelway/delivery/promotion/model.yaml", "name: fresh\nimage: a:2\n")
	w.write(".modelway/delivery/promotion/report.md", "### Metrics\n")
	w.env["MODEL"] = "fresh"
	out, err = w.ci("promote-pull-request")
	require.NoError(t, err, out)
	require.Regexp(t, `gh pr create --repo company/modelway --head promote/fresh-prod-[0-9a-f]{12} --base main --title Promote fresh@champion to `+
		`prod --body-file`, w.called())
	branch := w.git("branch", "--show-current")
	require.Equal(t, "name: fresh\nimage: a:2", w.git("--git-dir", origin, "show", branch+":models/fresh.yaml"))
	require.Equal(t, "models/fresh.yaml", w.git("diff", "--name-only", "main.."+branch))
	require.Contains(t, w.read(filepath.Join(w.env["HOME"], "body")), "### Metrics\n\nBy https://github.com/company/modelway/actions/runs/.")

	out, err = w.ci("promote-pull-request")
	require.NoError(t, err, out)
	require.Contains(t, out, "models/fresh.yaml says so already")
}

func TestTrainingIsStarted(t *testing.T) {
	w := newWorld(t)
	w.env["MODEL"], w.env["KFP_ENDPOINT"], w.env["KFP_TOKEN"] = "churn", "https://pipelines.company.com", "own"
	w.program("modelway", `echo "Run 1: page, token $KFP_TOKEN"`)
	out, err := w.ci("train")
	require.NoError(t, err, out)
	require.Equal(t, "modelway train churn --wait=false --models models --root pipelines\n", w.called())
	require.Contains(t, w.summary(), "Run 1: page, token own")
	w.program("modelway", "exit 1")
	_, err = w.ci("train")
	require.Error(t, err)
}

func TestNamesOfPromotionsAreChecked(t *testing.T) {
	for _, target := range []string{"promote", "promote-pull-request", "train"} {
		for name, want := range map[string]string{"../churn": "is not the name of a model", "$(touch x)": "is not the name of a model",
			"--apply": "is not the name of a model", "": "MODEL is empty"} {
			w := promoting(t)
			w.env["MODEL"] = name
			out, err := w.ci(target)
			require.Error(t, err, name)
			require.Contains(t, out, want, name)
			require.Empty(t, w.called(), name)
		}
	}
	for variable, target := range map[string]string{"ALIAS": "promote", "MLFLOW_TRACKING_URI": "promote", "STACK": "promote",
		"GH_TOKEN": "promote-pull-request", "KFP_ENDPOINT": "train"} {
		w := promoting(t)
		w.program("gh", "")
		w.env[variable] = ""
		out, err := w.ci(target)
		require.Error(t, err, variable)
		require.Contains(t, out, "The environment variable "+variable+" is empty", variable)
	}
}
