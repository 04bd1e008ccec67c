package repo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/infra/network"
	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/config"
	netspec "github.com/modelway/modelway/internal/network"
)

// TestListsAgree compares lists that stand in two places because the packages do not import each other.
func TestListsAgree(t *testing.T) {
	require.Equal(t, netspec.EndpointSets(), config.EndpointSets)
	require.Equal(t, netspec.NatGateways(), config.NatGatewayModes)
	require.Equal(t, network.FlowLogDestinations(), config.FlowLogDestinations)
	require.Equal(t, []string{cluster.Admin, cluster.Edit, cluster.View}, config.AccessPolicies)
	require.Equal(t, alb.JwtFormats(), config.JwtFormats)
	for _, version := range config.KubernetesVersions {
		for _, row := range addons.All() {
			require.NoError(t, row.Check(addons.Facts{KubernetesVersion: version.Version}), "an image for every version that can be chosen")
		}
		_, err := addons.Kubectl(version.Version)
		require.NoError(t, err, "a kubectl for every version that can be chosen")
	}
}
