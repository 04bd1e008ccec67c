package delivery

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEnvironments(t *testing.T) {
	w := newWorld(t)
	w.git("switch", "--quiet", "--create", "change")
	w.write("Pulumi.prod.yaml", "config: {}\n")
	w.write("docs/über.md", "x")
	w.commit("change")
	w.git("switch", "--quiet", "main")
	w.write("models/other.yaml", "already on main")
	w.commit("main goes on")
	w.git("merge", "--quiet", "--no-ff", "change", "--message", "merge")
	out, err := w.ci("environments")
	require.Error(t, err)
	require.Contains(t, out, "The environment variable BASE is empty")
	require.Contains(t, out, "ALL=true")

	w.env["BASE"] = "HEAD^1"
	out, err = w.ci("environments")
	require.NoError(t, err, out)
	require.Equal(t, `matrix=[{"stack":"prod","roleVariable":"AWS_PREVIEW_ROLE_ARN_PROD"}]`+"\n", w.outputs(),
		"what main had already is not counted")

	w.env["GITHUB_OUTPUT"] += "2"
	w.env["ALL"] = "true"
	out, err = w.ci("environments")
	require.NoError(t, err, out)
	require.Contains(t, w.outputs(), `"stack":"dev"`)
	require.NotContains(t, w.outputs(), "local")

	delete(w.env, "ALL")
	w.env["BASE"] = "nowhere"
	out, err = w.ci("environments")
	require.Error(t, err)
	require.Contains(t, out, `BASE is "nowhere", which is not a commit here`)
}

func TestPreviewAgainstTheStack(t *testing.T) {
	w := newWorld(t).live("prod", `[ "$PULUMI_ENABLE_STREAMING_JSON_PREVIEW" = true ] && echo '`+oneUpdate+`'`)
	w.env["PREVIEW_ROLE_ARN"] = "arn:aws:iam::111122223333:role/preview"
	out, err := w.ci("preview")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "pulumi preview --stack prod --non-interactive --json --policy-pack policies\n")
	require.Contains(t, w.called(), "--fail-on breaking,refused,policy --output .modelway/delivery/prod/report.md "+
		".modelway/delivery/prod/preview.jsonl")
	section := w.read(".modelway/delivery/prod/section.md")
	require.Equal(t, "## prod\n\nthe report\n", section)
	require.Equal(t, section, w.summary())

	w.program("modelway", writeReport+"; exit 3")
	out, err = w.ci("preview")
	require.Error(t, err)
	require.Contains(t, out, "modelway/allow-breaking")
	require.Contains(t, w.read(".modelway/delivery/prod/section.md"), "the report", "a refused change is reported too")

	w.env["ALLOW_BREAKING"] = "true"
	w.program("modelway", `[[ "$*" = *--allow-breaking* ]] || exit 3; `+writeReport)
	out, err = w.ci("preview")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "--fail-on breaking,refused,policy --allow-breaking the label modelway/allow-breaking --output",
		"policies, and what AWS refuses, hold with the label, too")
}

func TestAPreviewThatPoliciesRefuseIsReported(t *testing.T) {
	w := newWorld(t).live(
		"prod", `echo '`+oneUpdate+`'; echo '{"policyEvent":{"enforcementLevel":"mandatory","policyName":"nat-single","message":"m"}}'; exit 255`)
	w.env["PREVIEW_ROLE_ARN"] = "arn:aws:iam::111122223333:role/preview"
	w.program("modelway", writeReport+"; exit 3")
	out, err := w.ci("preview")
	require.Error(t, err)
	require.Contains(t, out, "violates a policy")
	require.Equal(t, "## prod\n\nthe report\n", w.read(".modelway/delivery/prod/section.md"), "the preview itself did not fail")
}

func TestPreviewFails(t *testing.T) {
	w := newWorld(t).live(
		"dev", `echo '{"diagnosticEvent":{"severity":"error","message":"modelway:network.natGateway is unknown"}}'; echo "error: preview failed" >&2; exit 255`)
	w.env["PREVIEW_ROLE_ARN"] = "arn:aws:iam::111122223333:role/preview"
	out, err := w.ci("preview")
	require.Error(t, err)
	require.Contains(t, out, "error: preview failed")
	section := w.read(".modelway/delivery/dev/section.md")
	require.Contains(t, section, "The preview of dev failed")
	require.Contains(t, section, "the report", "which has the errors")

	w.program("modelway", "exit 1")
	w.program("pulumi", "echo '"+oneUpdate+"'")
	_, err = w.ci("preview")
	require.Error(t, err, "a report that cannot be written is not a success")
}

// Without a role, as in a run from a fork, the local stack previews: by the program itself, in a repository without a Makefile, too.
func TestPreviewOffline(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, os.Remove(filepath.Join(w.bin, "make")))
	require.NoError(t, os.Remove(filepath.Join(w.root, "Makefile")))
	w.env["STACK"], w.env["GITHUB_REPOSITORY"], w.env["GITHUB_RUN_ID"] = "prod", "company/modelway", "99"
	previewed := `mkdir -p .modelway/preview/prod; echo "204 to be"; echo '` + oneUpdate + `' > .modelway/preview/prod/preview.jsonl`
	w.offline(previewed, writeReport)
	out, err := w.ci("preview")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "modelway preview --stack prod\n")
	require.Contains(t, w.called(), "modelway map --stack prod --preview .modelway/delivery/prod/preview.jsonl --output .modelway/delivery/prod/map.html\n")
	require.Regexp(t, `modelway report .*--map-url https://github.com/company/modelway/actions/runs/99#artifacts`, w.called())
	section := w.read(".modelway/delivery/prod/section.md")
	require.Contains(t, section, "**Offline preview.**")
	require.Contains(t, section, "the report")

	w.env["BASE"] = "HEAD^1"
	out, err = w.ci("preview")
	require.NoError(t, err, out)
	require.Contains(t, w.called(), "modelway preview --stack prod --base HEAD^1\n")
	require.Contains(t, w.read(".modelway/delivery/prod/section.md"), "brought up as `HEAD^1` has it")

	w.offline(`[[ "$*" != *--base* ]] || { echo "no such base"; exit 1; }; `+previewed, writeReport)
	out, err = w.ci("preview")
	require.NoError(t, err, out)
	require.Contains(t, out, "no such base")
	require.Contains(t, out, "prod could not be brought up as HEAD^1 has it: it is previewed from nothing.")
	require.Contains(t, w.read(".modelway/delivery/prod/section.md"), "compared with an empty account")
	delete(w.env, "BASE")

	// What an earlier preview left is not reported as this one's.
	w.offline("echo 'models/churn.yaml: image is not pinned'; exit 1", `[ -s "${@: -1}" ] || exit 1; `+writeReport)
	out, err = w.ci("preview")
	require.Error(t, err)
	require.Contains(t, out, "image is not pinned")
	section = w.read(".modelway/delivery/prod/section.md")
	require.Contains(t, section, "image is not pinned")
	require.NotContains(t, section, "the report")
}

// offline has the program preview and report as the two scripts say.
func (w *world) offline(preview, report string) {
	w.program("modelway", `if [ "$1" = preview ]; then `+preview+"; exit; fi; "+report)
}

func TestCommentIsComposed(t *testing.T) {
	w := newWorld(t)
	w.env["GITHUB_REPOSITORY"], w.env["GITHUB_RUN_ID"] = "company/modelway", "99"
	w.write(".modelway/delivery/preview-dev/section.md", "## dev\n")
	w.write(".modelway/delivery/preview-prod/section.md", "## prod\n")
	out, err := w.ci("comment")
	require.NoError(t, err, out)
	body := w.read(".modelway/delivery/comment.md")
	require.Contains(t, body, "## dev\n")
	require.Contains(t, body, "## prod\n")
	require.Contains(t, body, "https://github.com/company/modelway/actions/runs/99")
	require.Equal(t, "touched=true\n", w.outputs())
	require.Empty(t, w.summary(), "each preview has put its section there")
}

func TestCommentOfAPullRequestThatTouchesNothing(t *testing.T) {
	w := newWorld(t)
	out, err := w.ci("comment")
	require.NoError(t, err, out)
	require.Contains(t, w.read(".modelway/delivery/comment.md"), "touches no environment")
	require.Equal(t, "touched=false\n", w.outputs())
}
