package delivery

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// planning answers as Pulumi does to a preview that saves its plan.
const planning = `while [ $# -gt 0 ]; do [ "$1" = --save-plan ] && echo '{"plan":1}' > "$2"; shift; done; echo '` + oneUpdate + `'`

func TestThePlanThatIsReviewedIsApplied(t *testing.T) {
	w := newWorld(t).live("prod", planning)
	out, err := w.ci("plan")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "pulumi preview --stack prod --non-interactive --json --policy-pack policies --save-plan "+
		".modelway/delivery/prod/plan.json\n")
	require.Contains(t, w.summary(), "the report")
	require.Equal(t, "changes=true\n", w.outputs())
	require.Equal(t, w.git("rev-parse", "HEAD")+"\n", w.read(".modelway/delivery/prod/commit"))

	w.program("pulumi", updating)
	w.program("modelway", "echo 'model churn is good'")
	out, err = w.ci("apply")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "modelway verify --stack prod --urls auto --timeout 10m\n")
	require.Contains(t, w.summary(), "Models of prod answer as deployed\n\n```\nmodel churn is good\n```")
	require.Contains(t, w.called(), "pulumi up --stack prod --plan .modelway/delivery/prod/plan.json --yes --skip-preview --non-interactive "+
		"--policy-pack policies --event-log ")
	require.Contains(t, w.summary(), "Deployment of prod is deployed")
	require.Contains(t, w.summary(), "- update `network-vpc`")
}

// updating answers as Pulumi does to an update.
const updating = `while [ $# -gt 0 ]; do [ "$1" = --event-log ] && echo '` + oneUpdate + `' > "$2"; shift; done; echo "updated"`

func TestADeploymentThatDoesNotAnswerFails(t *testing.T) {
	w := newWorld(t).live("prod", planning)
	_, err := w.ci("plan")
	require.NoError(t, err)
	w.program("pulumi", updating)
	w.program("modelway", "echo 'Error: model churn failed: Deployment churn: crash loop' >&2; exit 1")
	w.env["VERIFY_URLS"], w.env["VERIFY_TIMEOUT"] = "none", "3m"
	out, err := w.ci("apply")
	require.Error(t, err)
	require.Contains(t, w.called(), "modelway verify --stack prod --urls none --timeout 3m\n")
	require.Contains(t, out, "model churn failed")
	require.Contains(t, out, "STACK=prod modelway ci verify")
	require.Contains(t, w.summary(), "Deployment of prod is deployed")
	require.Contains(t, w.summary(), "Models of prod are not all good\n\n```\nError: model churn failed")

	require.NoError(t, os.Remove(w.calls))
	_, err = w.ci("verify")
	require.Error(t, err, "it can be looked at again")
	require.NotContains(t, w.called(), "pulumi up")
}

func TestAFailedDeploymentIsNotVerified(t *testing.T) {
	w := newWorld(t).live("prod", planning)
	_, err := w.ci("plan")
	require.NoError(t, err)
	w.program("pulumi", "exit 255")
	_, err = w.ci("apply")
	require.Error(t, err)
	require.NotContains(t, w.called(), "modelway verify")
}

func TestNothingToDeploy(t *testing.T) {
	w := newWorld(t).live("prod", "echo '"+noUpdate+"'")
	out, err := w.ci("plan")
	require.NoError(t, err, out)
	require.Equal(t, "changes=false\n", w.outputs())
}

func TestPlanFails(t *testing.T) {
	w := newWorld(t).live("prod", "echo 'error: AccessDenied' >&2; exit 255")
	out, err := w.ci("plan")
	require.Error(t, err)
	require.Contains(t, out, "AccessDenied")
	require.Contains(t, w.summary(), "Nothing has been changed")
	require.Empty(t, w.outputs())
	_, err = os.Stat(filepath.Join(w.root, ".modelway/delivery/prod/commit"))
	require.Error(t, err)
}

func TestAPlanThatNoLongerFits(t *testing.T) {
	w := newWorld(t).live("prod", planning)
	_, err := w.ci("plan")
	require.NoError(t, err)
	w.program(
		"pulumi", `echo "error: resource urn:pulumi:prod::modelway::aws:ec2/vpc:Vpc::network-vpc violates plan: properties changed: ++tags" >&2; exit 255`)
	out, err := w.ci("apply")
	require.Error(t, err)
	require.Contains(t, out, "violates plan", "the log is shown as it comes")
	require.Contains(t, w.summary(), "Deployment of prod failed")
	require.Contains(t, w.summary(), "no longer fits prod")
	require.Contains(t, w.summary(), "**Re-run all jobs**")
}

func TestADeploymentThatFailsHalfWay(t *testing.T) {
	w := newWorld(t).live("dev", planning)
	_, err := w.ci("plan")
	require.NoError(t, err)
	w.program("pulumi", `while [ $# -gt 0 ]; do [ "$1" = --event-log ] && { echo '`+oneUpdate+
		`'; echo '{"resOpFailedEvent":{"metadata":{"op":"create","type":"a:b:C","urn":"a::cluster"}}}'; } > "$2"; shift; done; echo "error: throttled"; exit 255`)
	_, err = w.ci("apply")
	require.Error(t, err)
	require.Contains(t, w.summary(), "saved in the state: 1.\n\n- update `network-vpc`")
	require.Contains(t, w.summary(), "Failed: 1.\n\n- create `cluster`")
	require.Contains(t, w.summary(), "nothing is rolled back")
}

func TestApplyRefusesOtherPlans(t *testing.T) {
	w := newWorld(t).live("prod", planning)
	out, err := w.ci("apply")
	require.Error(t, err)
	require.Contains(t, out, "STACK=prod modelway ci plan")
	_, err = w.ci("plan")
	require.NoError(t, err)
	w.commit("later")
	out, err = w.ci("apply")
	require.Error(t, err)
	require.Contains(t, out, "The plan of prod was made at commit")
	require.NotContains(t, w.called(), "pulumi up")
}

func TestDrift(t *testing.T) {
	refresh := func(event string) string {
		return `[ "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" = true ] && echo '` + event + `'`
	}
	w := newWorld(t).live("prod", refresh(oneUpdate))
	w.issues("echo '[]'")
	out, err := w.ci("drift")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "pulumi refresh --stack prod --preview-only --non-interactive --json --exclude **kubernetes:**\n")
	require.Contains(t, w.called(), "gh issue create --repo company/modelway --title Drift in prod --body-file "+
		".modelway/delivery/prod/body.md\n")
	require.Contains(t, w.read(".modelway/delivery/prod/body.md"), "| changed | `network-vpc` | `aws:ec2/vpc:Vpc` | `tags` |")

	exists := `echo '[{"number":8,"body":"<!-- modelway drift prod -->\n...","user":{"login":"github-actions[bot]"}}]'`
	w.issues(exists)
	out, err = w.ci("drift")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "gh issue edit 8 ")
	w.env["DRIFT_CLUSTER"] = "true"

	w.program("pulumi", refresh(noUpdate))
	out, err = w.ci("drift")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "gh issue close 8 ")
	require.Contains(t, w.called(), "--json\n", "the cluster is looked at where it is asked for")

	require.NoError(t, os.Remove(w.calls))
	w.program("pulumi", "echo 'error: ExpiredToken' >&2; exit 255")
	out, err = w.ci("drift")
	require.Error(t, err)
	require.Contains(t, out, "nothing is known of its drift")
	require.NotContains(t, w.called(), "gh ", "a failed refresh neither opens nor closes an issue")
}

// TestThePlanIsOfTheModelsOfAnotherRepository wants the models of the other repository planned and applied in the place of this one's, and
// a plan of another commit of theirs refused.
func TestThePlanIsOfTheModelsOfAnotherRepository(t *testing.T) {
	w := newWorld(t).live("prod", `find models -name '*.yaml' > "$HOME/models"; `+planning)
	other := &world{t: t, root: filepath.Join(w.root, ".modelway/repository"), bin: w.bin, env: w.env}
	other.write("models/risk/ranker.yaml", "name: ranker\nimage: a:1\n")
	other.git("init", "--quiet", "--initial-branch", "main")
	other.commit("base")
	w.env["MODELS_REPOSITORY"] = ".modelway/repository"
	out, err := w.ci("plan")
	require.NoError(t, err, out)
	models := filepath.Join(w.env["HOME"], "models")
	require.Equal(t, "models/risk/ranker.yaml\n", w.read(models))
	require.Equal(t, w.git("rev-parse", "HEAD")+"\n"+other.git("rev-parse", "HEAD")+"\n", w.read(".modelway/delivery/prod/commit"))

	w.git("checkout", "--quiet", ".")
	require.NoError(t, os.Remove(models))
	w.program("pulumi", `find models -name '*.yaml' > "$HOME/models"; `+updating)
	w.program("modelway", "echo 'model ranker is good'")
	out, err = w.ci("apply")
	require.NoError(t, err, out)
	require.Equal(t, "models/risk/ranker.yaml\n", w.read(models))

	other.commit("another one")
	require.NoError(t, os.Remove(w.calls))
	out, err = w.ci("apply")
	require.Error(t, err)
	require.Contains(t, out, "plan again, with `STACK=prod modelway ci plan`")
	require.Empty(t, w.called())
}

func TestNamesOfStacksAreThoseOfTheOrganization(t *testing.T) {
	w := newWorld(t).live("", "")
	w.env["PULUMI_ORGANIZATION"] = "company"
	out, err := w.ci("organization")
	require.NoError(t, err, out)
	require.Equal(t, "pulumi org set-default company\n", w.called())
}
