package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/local/checkout"
)

// setPolicies changes the settings of prod in a checkout, and adds settings of the policy pack.
func setPolicies(t *testing.T, c checkout.Checkout, old, replacement, policies string) {
	t.Helper()
	file := filepath.Join(c.Root, "Pulumi.prod.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), old)
	changed := strings.Replace(string(text), old, replacement, 1)
	if policies != "" {
		changed += "  modelway:policies:\n    " + policies + "\n"
	}
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o644))
}

func previewProd(t *testing.T, c checkout.Checkout) (string, error) {
	t.Helper()
	var out strings.Builder
	err := preview(context.Background(), &out, c, "prod", "")
	t.Log(out.String())
	return out.String(), err
}

// TestPreviewFailsWhereAMandatoryPolicyIsBroken opens the endpoint of prod to the world, then allows it for a while.
func TestPreviewFailsWhereAMandatoryPolicyIsBroken(t *testing.T) {
	t.Parallel()
	const closed, open = "- 203.0.113.0/24", "- 0.0.0.0/0"
	c := newCheckout(t)
	setPolicies(t, c, closed, open, "")
	out, err := previewProd(t, c)
	require.ErrorContains(t, err, "mandatory policies are broken: cluster-endpoint-open.")
	require.Contains(t, out, "[mandatory] cluster-endpoint-open: ")
	require.Contains(t, out, "    - modelway-cluster-eksCluster: vpcConfig.publicAccessCidrs is [\"0.0.0.0/0\"]")
	require.Contains(t, out, "Fix: name the blocks")
	log, err := os.ReadFile(c.State("preview", "prod", "preview.jsonl"))
	require.NoError(t, err)
	require.True(t, bytes.Contains(log, []byte(`"policyName":"cluster-endpoint-open"`)), "violations are in the event log")

	c = newCheckout(t)
	until := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	setPolicies(t, c, closed, open, "exceptions: [{rule: cluster-endpoint-open, resource: modelway-cluster-*, reason: a move of offices, "+
		"expires: "+until+"}]")
	out, err = previewProd(t, c)
	require.NoError(t, err)
	require.NotContains(t, out, "[mandatory]")
	require.Contains(t, out, "(cluster-endpoint-open of modelway-cluster-*: a move of offices) ends in 7 days, on "+until)
}

// TestPreviewRefusesRulesThatDoNotExist requires the error of the pack, with what was probably meant.
func TestPreviewRefusesRulesThatDoNotExist(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	setPolicies(t, c, "", "", "levels: {cluster-endpont-open: disabled}")
	_, err := previewProd(t, c)
	require.ErrorContains(t, err, `there is no rule "cluster-endpont-open"; did you mean "cluster-endpoint-open"?`)
}
