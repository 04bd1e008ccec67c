package repo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/monitoring"
	"github.com/modelway/modelway/internal/permissions"
)

// iamDocuments lists every IAM document that the program makes, with sample arguments.
func iamDocuments(t *testing.T) []iamdoc.Named {
	t.Helper()
	const cluster, logs, account = "arn:aws:eks:us-east-1:111122223333:cluster/modelway-prod", "arn:aws:s3:::modelway-logs", "111122223333"
	fargateTrust, err := iamdoc.FargateTrust(cluster)
	require.NoError(t, err)
	fargateLogs, err := compute.FargateLogsPolicy(cluster)
	require.NoError(t, err)
	statements := append([]iamdoc.Statement{iamdoc.TlsOnly(logs)}, iamdoc.LoadBalancerLogs(logs, "load-balancers", account)...)
	sample := addons.Facts{Partition: "aws", Region: "us-east-1", Account: account, ClusterName: "modelway-prod"}
	sample.Monitoring = monitoring.Plan{Spec: monitoring.Default(), Store: monitoring.StoreManaged}
	sample.Monitoring.Enabled, sample.Monitoring.Alerts.Receivers = true, []monitoring.Receiver{
		{Name: "all", Type: monitoring.TypeSns, TopicArn: "arn:aws:sns:us-east-1:111122223333:ml-alerts"},
	}
	return slices.Concat(addons.Documents(sample), identity.All(), permissions.All(), []iamdoc.Named{
		{Name: "trust of nodes", Document: iamdoc.ServiceTrust("ec2.amazonaws.com", nil)},
		{Name: "trust of Fargate profiles", Document: fargateTrust},
		{Name: "logs of Fargate pods", Document: fargateLogs},
		{Name: "trust of flow logs", Document: iamdoc.FlowLogsTrust("us-east-1", account)},
		{Name: "flow logs", Document: iamdoc.FlowLogsPolicy("arn:aws:logs:us-east-1:111122223333:log-group:/aws/vpc-flow-log/modelway-prod")},
		{Name: "log bucket", Document: iamdoc.BucketPolicy(append(statements, iamdoc.FlowLogs(logs, "us-east-1", account)...)...)},
	})
}

// TestNoDocumentIsWiderThanNeeded requires every document valid: within AWS's sizes, without a wildcard in any action, and about all
// resources only with a reason.
func TestNoDocumentIsWiderThanNeeded(t *testing.T) {
	for _, named := range iamDocuments(t) {
		require.NoError(t, named.Document.Validate(), named.Name)
		for _, statement := range named.Document.Statements {
			for _, action := range statement.Action {
				require.True(t, !strings.Contains(action, "*"), "%s: %s", named.Name, action)
			}
			require.Equal(t, slices.Contains(statement.Resource, "*"), statement.AnyResource != "", named.Name)
		}
	}
}

// TestReasonsAreCurrent compares the table of docs/iam.md with the documents; with -update it writes the table.
func TestReasonsAreCurrent(t *testing.T) {
	var b strings.Builder
	b.WriteString("| document | statement | actions | conditions | why all resources |\n|---|---|---|---|---|\n")
	for _, s := range iamdoc.AnyResources(iamDocuments(t)) {
		conditions := "no"
		if s.Conditions {
			conditions = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", s.Document, s.Statement, strings.Join(s.Actions, ", "), conditions, s.Reason)
	}
	requireTable(t, "docs/iam.md", "<!-- Generated from the IAM documents by `go test ./test/repo -update`. Do not edit. -->\n", b.String())
}
