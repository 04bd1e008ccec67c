package plan

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/modelspec"
)

func TestHeadroom(t *testing.T) {
	cfg := environmentWith()
	models := []modelspec.Model{made(t, "churn", "image: example.com/churn:1\nroute: {loadBalancer: secure}\nreplicas: {min: 2, max: 6}")}
	p, _, err := Preflight(cfg, models, Previous{})
	require.NoError(t, err)
	all := Headroom(cfg, p, models)
	require.Equal(t, map[string]any{"rules": use(1, 100), "targetGroups": use(1, 100), "targets": use(7, 1000)},
		all["loadBalancers"].(map[string]any)["secure"], "the largest number of replicas and one more during an update")
	require.Equal(t, map[string]any{"loadBalancers": use(3, 50), "targetGroups": use(1, 3000)}, all["region"])
	require.Equal(t, use(2, 10), all["fargateProfiles"])
	require.Equal(t, use(0, 30), all["nodeGroups"])
	addresses := all["addresses"].(map[string]any)
	require.Contains(t, addresses, "private")
	require.Contains(t, addresses, "public")
	require.NotContains(t, addresses, "pod")

	cfg.Network.Existing.VpcId = "vpc-0123456789abcdef0"
	require.NotContains(t, Headroom(cfg, p, models), "addresses")
}
