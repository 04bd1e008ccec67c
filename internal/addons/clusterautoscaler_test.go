package addons

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The chart writes an argument as Go prints its value, and a large number would come out with an exponent.
func TestClusterAutoscalerArgumentsAreTextsAndTruths(t *testing.T) {
	for name, value := range scalingArgs(Facts{NoInternet: true}) {
		switch value.(type) {
		case string, bool:
		default:
			require.Failf(t, "wrong type", "argument %s is a %T", name, value)
		}
	}
}

func TestClusterAutoscalerFitsTheCluster(t *testing.T) {
	require.NotEmpty(t, clusterAutoscalerTags)
	row := ClusterAutoscaler()
	for version, tag := range clusterAutoscalerTags {
		require.NoError(t, row.Check(Facts{KubernetesVersion: version}))
		require.Regexp(t, exactTag, tag)
		if version != "1.37" {
			require.True(t, strings.HasPrefix(tag, "v"+version+"."), "Kubernetes %s gets %s", version, tag)
		}
	}
	for _, version := range []string{"", "1.32", "1.36.1", "v1.36"} {
		err := row.Check(Facts{KubernetesVersion: version})
		require.ErrorContains(t, err, `no release of the Cluster Autoscaler is known for Kubernetes "`+version+`"`)
		require.ErrorContains(t, err, "1.33, 1.34, 1.35, 1.36, 1.37")
	}
}
