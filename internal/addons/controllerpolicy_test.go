package addons_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
)

// The file is docs/install/iam_policy.json of the controller's repository at tag v3.5.0.
const published = "load-balancer-controller-v3.5.0.json"

func TestControllerPolicyIsThePublishedOne(t *testing.T) {
	require.Contains(t, published, addons.LoadBalancerController().Chart.AppVersion)
	want, err := os.ReadFile(published)
	require.NoError(t, err)
	got, err := addons.LoadBalancerControllerPolicy("aws").JSON()
	require.NoError(t, err)
	require.JSONEq(t, string(want), got)

	var document struct{ Statement []struct{ Action any } }
	require.NoError(t, json.Unmarshal(want, &document))
	require.Len(t, addons.LoadBalancerControllerPolicy("aws").Statements, len(document.Statement))
	require.Len(t, document.Statement, 16)

	var minified bytes.Buffer
	require.NoError(t, json.Compact(&minified, want))
	require.Equal(t, minified.Len(), addons.LoadBalancerControllerPolicy("aws").Size())
}

func TestControllerPolicyFollowsThePartition(t *testing.T) {
	aws, err := addons.LoadBalancerControllerPolicy("aws").JSON()
	require.NoError(t, err)
	china, err := addons.LoadBalancerControllerPolicy("aws-cn").JSON()
	require.NoError(t, err)
	require.NotContains(t, china, "arn:aws:")
	require.Equal(t, strings.ReplaceAll(aws, "arn:aws:", "arn:aws-cn:"), china)
}

// With a web ACL the controller looks it up by name, and the document still fits a managed policy.
func TestWebAclNames(t *testing.T) {
	policy := addons.LoadBalancerControllerPolicy("aws-us-gov")
	policy.Statements = append(policy.Statements, addons.WebAclNames())
	text, err := policy.JSON()
	require.NoError(t, err)
	require.Contains(t, text, "wafv2:ListWebACLs")
	require.LessOrEqual(t, policy.Size(), 6144)
}
