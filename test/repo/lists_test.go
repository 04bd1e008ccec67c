package repo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/config"
	"github.com/modelway/modelway/k8s/charts"
)

// TestListsAgree compares lists that stand in two places because the packages do not import each other.
func TestListsAgree(t *testing.T) {
	require.Equal(t, addons.Names(), config.AddonNames)
	for _, version := range config.KubernetesVersions {
		_, err := charts.ClusterAutoscalerTag(version.Version)
		require.NoError(t, err, "an autoscaler for every version that can be chosen")
		_, err = charts.Kubectl(version.Version)
		require.NoError(t, err, "a kubectl for every version that can be chosen")
	}
}
