package review_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/resource"
	"github.com/modelway/modelway/internal/review"
	"github.com/modelway/modelway/internal/review/events"
	"github.com/modelway/modelway/internal/terminal"
)

// every is the models of prod.
var every = []string{"churn", "fraud-detection", "recommender"}

// said is what a report says of one thing that breaks.
type said struct {
	what, name string
	op         events.Op
	models     []string
	// means and refused are parts of what it says; refused is "" where AWS does not refuse it.
	means, refused string
}

// TestWhatTheReportSaysIsTrue holds the report of each change of prod against what the change does on AWS. The previews are the real
// engine's.
func TestWhatTheReportSaysIsTrue(t *testing.T) {
	const inItsVPC = "an EKS cluster stays in the VPC that it was created in: build a second environment and move over"
	for file, want := range map[string]struct {
		affected []string
		refused  int
		says     []said
	}{
		"unchanged": {},
		"model-removed": {affected: []string{"churn"}, says: []said{
			{"model", "churn", "delete", []string{"churn"}, "Its URL answers 404 from then on: api.company.com/v1/models/churn:predict.", ""},
		}},
		"model-renamed": {affected: []string{"attrition", "churn"}, says: []said{
			{"model", "churn", "delete", []string{"churn"}, "404 from then on: api.company.com/v1/models/churn:predict. attrition is added with " +
				"the same image: if it is the same model under another name, its callers have to change over to " +
				"api.company.com/v1/models/attrition:predict.", ""},
		}},
		"model-moved": {affected: []string{"churn"}, says: []said{
			{"model", "churn", "update", []string{"churn"}, "Requests to api.company.com/v1/models/churn:predict get 404 from then on, or no " +
				"answer where the host goes. It answers on attrition.company.com/v1/models/churn:predict.", ""},
		}},
		"model-hidden": {affected: []string{"churn"}, says: []said{
			{"model", "churn", "update", []string{"churn"}, "It answers inside of the cluster only.", ""},
		}},
		"vpc": {affected: every, refused: 4, says: []said{
			{"VPC", "modelway-network-vpc", "replace", every, "Every subnet and address is replaced.", inItsVPC},
			{"subnet", "modelway-network-private-us-east-1a", "replace", every, "What runs in it has to move", ""},
			{"node group", "modelway-compute-base", "replace", []string{"recommender"}, "drained", ""},
			{"NAT gateway", "modelway-network-nat-us-east-1a", "replace", every, "open connections break", "still belongs to the old one"},
		}},
		"subnets": {affected: every, refused: 6, says: []said{
			{"subnet", "modelway-network-private-us-east-1a", "replace", every, "What runs in it has to move", "overlaps"},
			{"NAT gateway", "modelway-network-nat-us-east-1b", "replace", every, "", "still belongs to the old one"},
			{"Fargate profile", "modelway-compute-models", "replace", []string{"churn", "fraud-detection"}, "deleted and starts again", ""},
		}},
		"subnets-fewer": {affected: every, refused: 1, says: []said{
			{"EKS cluster", "modelway-cluster-eksCluster", "update", every, "The deployment stops there", "stay in the zones that it was created " +
				"with, us-east-1a, us-east-1b, us-east-1d, and would be in us-east-1a, us-east-1b"},
			{"subnet", "modelway-network-private-us-east-1d", "delete", every, "until it is empty the deletion hangs", ""},
		}},
		"nat": {affected: every, says: []said{
			{"NAT gateway", "modelway-network-nat-us-east-1b", "delete", every, "open connections break", ""},
			{"Elastic IP address", "modelway-network-nat-us-east-1b-address", "delete", every, "is given up", ""},
		}},
		"node-group": {affected: []string{"recommender"}, says: []said{
			{"node group", "modelway-compute-base", "replace", []string{"recommender"}, "starts on new nodes", ""},
		}},
		"node-group-removed": {affected: []string{"recommender"}, says: []said{
			{"node group", "modelway-compute-spot", "delete", []string{"recommender"}, "needs room elsewhere", ""},
		}},
		"cluster-name": {affected: every, says: []said{
			{"EKS cluster", "modelway-cluster-eksCluster", "replace", every, "Every workload stops and starts again on a new, empty cluster", ""},
			{"ALB anchor", "modelway-public-anchor", "replace", every, "its DNS name changes", ""},
		}},
		"certificate": {affected: every, says: []said{
			{"certificate", "modelway-public-certificate-certificate", "replace", every, "being validated", ""},
			{"DNS record", "modelway-records-z08345672cd3example-api.company.com", "delete", []string{"churn", "fraud-detection"},
				"no longer resolves", ""},
			{"model", "recommender", "update", []string{"recommender"}, "Requests to recommender.company.com/v1/models/recommender:predict get 404",
				""},
		}},
		"certificate-given": {affected: every, says: []said{
			{"certificate", "modelway-public-certificate-certificate", "delete", every, "unless their listeners get another certificate", ""},
		}},
		"load-balancer": {affected: every, says: []said{
			{"ALB settings", "modelway-public-params", "update", every, "its DNS name changes", ""},
			{"ALB anchor", "modelway-public-anchor", "replace", every, "its DNS name changes", ""},
		}},
		"load-balancer-renamed": {affected: every, says: []said{
			{"ALB anchor", "modelway-public-anchor", "delete", every, "no host on it answers any more", ""},
			{"model's Ingress", "churn-ingress", "update", []string{"churn"}, "another load balancer", ""},
		}},
		"losses": {affected: every, says: []said{
			{"model", "churn", "update", []string{"churn"}, "no access to the model store any more: s3://", ""},
			{"model's network policy", "churn-network-policy", "update", []string{"churn"}, "in the cluster any more: shop. The model's calls to " +
				"the destination get no answer any more: 0.0.0.0/0:443, 10.9.0.0/16:5432.", ""},
			{"model's Ingress", "recommender-host-ingress", "update", []string{"recommender"}, "get 401: a token of https://login.company.com/.",
				""},
			{"ALB settings", "modelway-public-params", "update", every, "no connection any more: HTTPS 443. ", ""},
			{"ALB settings", "modelway-public-params", "update", every, "get no connection: TLS 1.2. Requests reach the models without the web " +
				"ACL's check: a web ACL. ", ""},
			{"ALB settings", "modelway-public-params", "update", every, "leaves a trace in the load balancer's logs: access logs, connection logs.",
				""},
			{"log group", "modelway-cluster-logs", "update", nil, "are lost: 365 days before, 7 days after.", ""},
			{"retention of a bucket", "modelway-logs-lifecycle", "update", nil, "are lost: 365 days before, 7 days after.", ""},
			{"access policy", "modelway-cluster-role-111122223333-on-call-view", "delete", nil, "loses these rights", ""},
			{"EKS cluster", "modelway-cluster-eksCluster", "update", nil, "only these blocks covered: 203.0.113.0/24.", ""},
			{"node group", "modelway-compute-base", "update", []string{"recommender"}, "evicted at once", ""},
			{"schedule", "modelway-schedule", "create", every, "All models are down", ""},
		}},
	} {
		t.Run(file, func(t *testing.T) {
			r := reportOf(t, "prod-"+file+".jsonl")
			require.Equal(t, want.affected, r.AffectedModels)
			for _, s := range want.says {
				b := breakOf(t, r, s.what, s.name)
				require.Equal(t, s.op, b.Op)
				require.Equal(t, s.models, b.Models)
				require.Contains(t, b.Consequence, s.means)
				require.Contains(t, b.Refused, s.refused)
				require.Equal(t, s.refused == "", b.Refused == "", b.Refused)
			}
			requireRefused(t, r, want.refused)
			requireNoFalseComfort(t, r)
			list, err := review.ParseFailOn("breaking")
			require.NoError(t, err)
			require.Equal(t, file != "unchanged", len(r.Evaluate(list)) > 0)
			allowed := r.Judge([]review.Condition{{Kind: review.OnBreaking}, {Kind: review.OnRefused}}, "the label").Tripped
			refused := slices.ContainsFunc(allowed, func(t review.Tripped) bool { return t.Condition == review.OnRefused })
			require.Equal(t, want.refused > 0, refused, "no reason allows what AWS refuses: %v", allowed)
			breaks := slices.ContainsFunc(allowed, func(t review.Tripped) bool { return t.Condition == review.OnBreaking })
			require.False(t, breaks, "a reason allows what breaks")
			if file == "unchanged" {
				require.Equal(t, "prod: no changes", r.Headline)
				require.Empty(t, r.Groups)
			}
		})
	}
}

func breakOf(t *testing.T, r review.Report, what, name string) review.Break {
	t.Helper()
	for _, b := range r.Breaking {
		if b.What == what && b.Name == name {
			return b
		}
	}
	require.Fail(t, "not reported", "%s %s", what, name)
	return review.Break{}
}

func requireRefused(t *testing.T, r review.Report, n int) {
	t.Helper()
	var refused []string
	for _, b := range r.Breaking {
		if b.Refused != "" {
			refused = append(refused, b.Name)
			require.Contains(t, r.Table(terminal.Terminal{}), "AWS will refuse this: ")
		}
	}
	require.Len(t, refused, n, "%v", refused)
	require.Equal(t, n > 0, len(refused) > 0)
	if n > 0 {
		require.Contains(t, r.Headline, "AWS will refuse ")
	}
}

// requireNoFalseComfort requires no model that a breaking change names to be one of which requests notice nothing.
func requireNoFalseComfort(t *testing.T, r review.Report) {
	t.Helper()
	if len(r.AffectedModels) == len(every) {
		require.NotContains(t, r.Table(terminal.Terminal{}), "notice nothing")
	}
}

// clusterStep is an update of the cluster.
func clusterStep(op events.Op, before, after map[string]any, diffs ...string) events.Step {
	const typ, urn = "aws:eks/cluster:Cluster", "urn:pulumi:s::p::aws:eks/cluster:Cluster::c"
	s := events.Step{Op: op, URN: urn, Type: typ, Diffs: diffs, Old: &resource.Resource{URN: urn, Type: typ, Properties: before}}
	if op != events.OpDelete {
		s.New = &resource.Resource{URN: urn, Type: typ, Properties: after}
	}
	return s
}

func TestWhatAWSRefusesOfACluster(t *testing.T) {
	version := func(v string) map[string]any { return map[string]any{"version": v} }
	protected := map[string]any{"deletionProtection": true}
	component := events.Step{Op: events.OpUpdate, URN: "urn:pulumi:s::p::modelway:cluster:Cluster::c", Type: "modelway:cluster:Cluster",
		Diffs: []string{"vpcId"}}
	for name, c := range map[string]struct {
		steps []events.Step
		says  string
	}{
		"next version":    {[]events.Step{clusterStep("update", version("1.34"), version("1.35"), "version")}, ""},
		"skipped version": {[]events.Step{clusterStep("update", version("1.33"), version("1.35"), "version")}, "deploy 1.34 first"},
		"earlier version": {[]events.Step{clusterStep("update", version("1.35"), version("1.34"), "version")}, "does not go back"},
		"unknown version": {[]events.Step{clusterStep("update", version("1.35"), map[string]any{}, "version")}, ""},
		"protected": {[]events.Step{clusterStep("replace", protected, protected, "name")},
			"set modelway:cluster.deletionProtection to false"},
		"deleted":          {[]events.Step{clusterStep("delete", protected, nil)}, "set modelway:cluster.deletionProtection to false"},
		"another VPC":      {[]events.Step{component, clusterStep("update", nil, nil, "vpcConfig.subnetIds[0]")}, "in another VPC than the one"},
		"other subnets":    {[]events.Step{clusterStep("update", nil, nil, "vpcConfig.subnetIds[0]")}, ""},
		"endpoint changed": {[]events.Step{component, clusterStep("update", nil, nil, "tags")}, ""},
	} {
		var refused string
		for _, b := range of(c.steps...).Breaking {
			refused += b.Refused
		}
		require.Contains(t, refused, c.says, name)
		require.Equal(t, c.says == "", refused == "", "%s: %s", name, refused)
	}
}
