package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const previews = "../../internal/review/events/testdata/"

// runReport executes the command and gives its exit code, standard output and standard error.
func runReport(t *testing.T, stdin string, args ...string) (int, string, string) {
	t.Helper()
	var out, errOut strings.Builder
	root := newRoot()
	root.SetIn(strings.NewReader(stdin))
	code := execute(root, append([]string{"report"}, args...), &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestReportExitCodes(t *testing.T) {
	replaced, unchanged := previews+"vpc-replaced.jsonl", previews+"unchanged.jsonl"
	for _, c := range []struct {
		args []string
		code int
		says string // on standard error
	}{
		{[]string{replaced}, 0, ""},
		{[]string{"--fail-on", "breaking", replaced}, 3, "vpc-replaced.jsonl: breaking: 9 breaking changes"},
		{[]string{"--fail-on", "breaking", "--allow-breaking", "label breaking-ok", replaced}, 0, ""},
		{[]string{"--fail-on", "breaking", "--allow-breaking", "", replaced}, 3, "breaking"},
		{[]string{"--fail-on", "breaking,refused", "--allow-breaking", "label breaking-ok", replaced}, 3,
			"vpc-replaced.jsonl: refused: AWS will refuse "},
		{[]string{"--fail-on", "refused", previews + "node-group-replaced.jsonl"}, 0, ""},
		{[]string{"--fail-on", "breaking,headroom", unchanged}, 0, ""},
		{[]string{"--fail-on", "policy", unchanged}, 3, "policy: no policy pack ran"},
		{[]string{"--fail-on", "policy", previews + "policy-broken.jsonl"}, 3, "policy: 2 mandatory policy violations"},
		{[]string{"--fail-on", "breaking", unchanged, replaced}, 3, "vpc-replaced.jsonl: breaking"},
		{[]string{"--fail-on", "policy", previews + "node-group-replaced.digest.json"}, 3, "the digest has no policy results"},
		{[]string{"--fail-on", "cost>1000", previews + "cost-jump.jsonl"}, 3, "cost-jump.jsonl: cost>1000: +1730.42 USD a month"},
		{[]string{"--fail-on", "cost>2000", previews + "cost-jump.jsonl"}, 0, ""},
		{[]string{"--fail-on", "cost>0", unchanged}, 0, ""},
		{[]string{"--fail-on", "breaking", previews + "failed.jsonl"}, 3, "failed: the preview failed"},
		{[]string{previews + "failed.jsonl"}, 0, ""},
		{[]string{"nowhere.jsonl", unchanged}, 1, "nowhere.jsonl"},
		{[]string{"report_test.go"}, 1, "report_test.go:1 is not JSON of a preview"},
		{[]string{"--output", "no/such/folder/f", unchanged}, 1, "no/such/folder/f"},
		{[]string{}, 2, "nothing to report on; fix: give --stack"},
		{[]string{"--fail-on", "braking", unchanged}, 2, `"braking" is not a condition; allowed: breaking, refused, policy, headroom, cost>N`},
		{[]string{"--format", "html", unchanged}, 2, "allowed are table, markdown, json"},
		{[]string{"--unknown", unchanged}, 2, "See modelway report --help"},
	} {
		code, out, errOut := runReport(t, "", c.args...)
		require.Equal(t, c.code, code, "%q: %s", c.args, errOut)
		require.Contains(t, errOut, c.says)
		require.Equal(t, c.code == 0 || c.code == 3, out != "", "the report is written unless something is wrong: %q", c.args)
		if c.says == "" {
			require.Empty(t, errOut)
		}
	}
}

func TestReportForms(t *testing.T) {
	data, err := os.ReadFile(previews + "vpc-replaced.jsonl")
	require.NoError(t, err)

	code, out, _ := runReport(t, string(data), "-")
	require.Zero(t, code)
	require.True(t, strings.HasPrefix(out, "local: 9 breaking changes"), out)
	_, painted, _ := runReport(t, string(data), "--color", "-")
	require.Contains(t, painted, "\x1b[")

	file := filepath.Join(t.TempDir(), "comment.md")
	code, out, _ = runReport(t, "", "--format", "markdown", "--output", file, previews+"vpc-replaced.jsonl", previews+"unchanged.jsonl")
	require.Zero(t, code)
	require.Empty(t, out)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(string(written), "<!-- modelway-report:local -->"))

	code, out, _ = runReport(t, string(data), "--format", "json", "--fail-on", "breaking", "-")
	require.Equal(t, 3, code)
	var document struct {
		Version int
		Reports []struct {
			Stack   string
			Tripped []struct{ Condition string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &document))
	require.Equal(t, "local", document.Reports[0].Stack)
	require.Equal(t, "breaking", document.Reports[0].Tripped[0].Condition)
}

func TestReportNamesAStackThatThePreviewDoesNot(t *testing.T) {
	empty := `{"sequence":0,"summaryEvent":{"isPreview":true,"result":"succeeded","resourceChanges":{}}}`
	_, out, _ := runReport(t, empty, "--stack", "prod", "-")
	require.Contains(t, out, "prod: no changes")
	data, err := os.ReadFile(previews + "unchanged.jsonl")
	require.NoError(t, err)
	_, out, _ = runReport(t, string(data), "--stack", "prod", "-")
	require.Contains(t, out, "local: no changes", "what the preview says counts")
}

func TestReportHelpSaysTheExitCodes(t *testing.T) {
	code, out, _ := runReport(t, "", "--help")
	require.Zero(t, code)
	require.Contains(t, out, "0 fine, 1 a file cannot be read or written, 2 wrong usage, 3 a condition of --fail-on holds")
	require.Contains(t, out, "Examples:")
}
