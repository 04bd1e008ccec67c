package charts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClusterAutoscalerValuesGolden(t *testing.T) {
	golden(t, "cluster-autoscaler.golden.yaml", ClusterAutoscalerValues("v1.36.1", 2))
}

func TestClusterAutoscalerValuesExistInTheChart(t *testing.T) {
	chart := ClusterAutoscaler()
	known := readNames(t, chart.Name+"-"+chart.Version+".names")
	for _, name := range leaves(ClusterAutoscalerValues("v1.36.1", 2), known) {
		require.Contains(t, known, name, "chart %s %s has no value %s", chart.Name, chart.Version, name)
	}
	for _, name := range []string{
		"autoDiscovery.clusterName", "awsRegion", "image.repository",
		"rbac.serviceAccount.create", "rbac.serviceAccount.name", "rbac.serviceAccount.annotations",
	} {
		require.Contains(t, known, name, "a value that the autoscaler component sets")
	}
}

// The chart writes an argument as Go prints its value, and a large number would come out with an exponent.
func TestClusterAutoscalerArgumentsAreTextsAndTruths(t *testing.T) {
	for name, value := range scalingArgs() {
		switch value.(type) {
		case string, bool:
		default:
			require.Failf(t, "wrong type", "argument %s is a %T", name, value)
		}
	}
}

func TestClusterAutoscalerTagFitsTheCluster(t *testing.T) {
	require.NotEmpty(t, clusterAutoscalerTags)
	for version := range clusterAutoscalerTags {
		tag, err := ClusterAutoscalerTag(version)
		require.NoError(t, err)
		require.Regexp(t, exactTag, tag)
		if version != "1.37" {
			require.True(t, strings.HasPrefix(tag, "v"+version+"."), "Kubernetes %s gets %s", version, tag)
		}
	}
	for _, version := range []string{"", "1.32", "1.36.1", "v1.36"} {
		_, err := ClusterAutoscalerTag(version)
		require.ErrorContains(t, err, `Kubernetes "`+version+`"`)
		require.ErrorContains(t, err, "1.33, 1.34, 1.35, 1.36, 1.37")
	}
}
