package addons_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/recorder"
)

// sample are facts of a cluster that has every add-on.
var sample = addons.Facts{
	Partition: "aws", Region: "us-east-1", Account: "111122223333", ClusterName: "modelway-prod", KubernetesVersion: "1.36",
	On: map[string]bool{"compute.clusterAutoscaler": true}, Resizable: true,
}

func TestEveryPolicyIsValidAndHasAGolden(t *testing.T) {
	for _, row := range addons.All() {
		if row.Policy == nil {
			continue
		}
		require.NoError(t, row.Policy(sample).Validate(), row.Title)
		if row.Chart.PolicySource == "" { // the others are compared with the published file
			recorder.GoldenJSON(t, "testdata/"+row.Chart.Name+".json", row.Policy(sample))
		}
	}
	require.Len(t, iamdoc.AnyResources(addons.Documents(sample)), 12)
}

// Whatever the names, the autoscaler changes groups of its own cluster only.
func TestClusterAutoscalerPolicyIsForOneCluster(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cluster := rapid.StringMatching(`[0-9A-Za-z][0-9A-Za-z_-]{0,99}`).Draw(t, "cluster")
		partition := rapid.SampledFrom([]string{"aws", "aws-cn", "aws-us-gov"}).Draw(t, "partition")
		document := addons.ClusterAutoscaler().Policy(addons.Facts{Partition: partition, Region: "eu-central-1", Account: "123456789012",
			ClusterName: cluster})
		require.NoError(t, document.Validate())
		for _, s := range document.Statements {
			switch s.Sid {
			case "Find":
				for _, action := range s.Action {
					require.Regexp(t, `:(Describe|Get)`, action)
				}
			case "Resize":
				require.Equal(t, iamdoc.Values{"arn:" + partition + ":autoscaling:eu-central-1:123456789012:autoScalingGroup:*:autoScalingGroupName/*"},
					s.Resource)
				require.Equal(t, iamdoc.Conditions{"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/" + cluster: {"owned"}}}, s.Condition)
			default:
				require.Equal(t, iamdoc.Values{"arn:" + partition + ":eks:eu-central-1:123456789012:nodegroup/" + cluster + "/*/*"}, s.Resource)
			}
		}
	})
}

func TestAutoscalerWithoutInternetAsksNoPriceList(t *testing.T) {
	arguments := func(f addons.Facts) map[string]any {
		return addons.ClusterAutoscaler().Values(f)["extraArgs"].(map[string]any)
	}
	require.NotContains(t, arguments(sample), "aws-use-static-instance-list")
	require.Equal(t, true, arguments(addons.Facts{NoInternet: true})["aws-use-static-instance-list"])
}
