package baseline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/recorder"

	"github.com/modelway/modelway/local/baseline"
	"github.com/modelway/modelway/local/checkout"
)

func TestJudge(t *testing.T) {
	root := baseline.Finding{Environment: "dev", Object: "DaemonSet kube-system/plugin", Check: "user"}
	model := baseline.Finding{Environment: "prod", Object: "Deployment models/churn", Check: "probes"}
	covering := []baseline.Exception{{Check: "user", Object: "DaemonSet kube-system/plugin"}, {Check: "probes", Object: "Deployment models/*"}}
	faults, unused := baseline.Judge([]baseline.Finding{root, model}, covering)
	require.Empty(t, faults)
	require.Empty(t, unused)

	missing := []baseline.Exception{
		{Check: "user", Object: "DaemonSet kube-system/other"}, {Check: "use", Object: "DaemonSet kube-system/plugin"},
		{Check: "probes", Object: "Deployment *"},
	}
	faults, unused = baseline.Judge([]baseline.Finding{root, model}, missing)
	require.Equal(t, []baseline.Finding{root, model}, faults)
	require.Equal(t, missing, unused, "an exception that covers nothing is told of")
	require.Equal(t, "the exception from user for DaemonSet kube-system/other covers nothing: remove it from "+
		"local/baseline/exemptlist_test.go or the row in internal/addons", unused[0].String())
}

func TestExceptionsAreWhole(t *testing.T) {
	seen := map[[2]string]bool{}
	for _, e := range baseline.Exceptions() {
		_, err := filepath.Match(e.Object, "")
		require.NoError(t, err, e.Object)
		require.NotEmpty(t, e.Check)
		require.True(t, strings.HasSuffix(e.Reason, "."), "a reason is a sentence: %q", e.Reason)
		require.False(t, seen[[2]string{e.Check, e.Object}], "%s for %s is listed twice", e.Check, e.Object)
		seen[[2]string{e.Check, e.Object}] = true
	}
}

// TestExceptionsAreDocumented compares the table in docs/security.md with the list; with -update it writes the table.
func TestExceptionsAreDocumented(t *testing.T) {
	const begin, end = "<!-- Generated from local/baseline by `make golden`. Do not edit. -->\n", "<!-- End of the generated table. -->\n"
	c, err := checkout.Find(".")
	require.NoError(t, err)
	document := filepath.Join(c.Root, "docs", "security.md")
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	before, rest, begun := strings.Cut(string(text), begin)
	_, after, ended := strings.Cut(rest, end)
	require.True(t, begun && ended, "docs/security.md lacks the comments that mark the generated table")
	recorder.Golden(t, document, []byte(before+begin+"\n"+baseline.Table(baseline.Exceptions())+"\n"+end+after))
}
