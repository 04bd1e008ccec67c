package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/serving"
	"github.com/modelway/modelway/internal/strict"
)

func TestSelectors(t *testing.T) {
	selector := Selector{Namespace: "models*", Labels: map[string]string{"modelway.dev/*": "fargat?"}}
	require.True(t, selector.Matches("models", map[string]string{"modelway.dev/compute": "fargate", "x": "y"}))
	require.True(t, selector.Matches("models-eu", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, selector.Matches("model", map[string]string{"modelway.dev/compute": "fargate"}))
	require.False(t, selector.Matches("models", map[string]string{"modelway.dev/compute": "fargates"}))
	require.False(t, selector.Matches("models", nil))
	require.False(t, Selector{Namespace: "a.c"}.Matches("abc", nil), "a dot is a dot")
	require.True(t, Selector{Namespace: "kube-system"}.Matches("kube-system", map[string]string{"x": "y"}))
}

func TestSuggestions(t *testing.T) {
	names := rootSchema().Properties["network"].Names()
	for given, want := range map[string]string{
		"natGatways": "natGateways", "NatGateways": "natGateways", "zones": "availabilityZones", "cidrs": "cidr",
	} {
		got, ok := strict.Suggest(given, names)
		require.True(t, ok, given)
		require.Equal(t, want, got)
	}
	_, ok := strict.Suggest("peering", names)
	require.False(t, ok)
	require.Equal(t, 1, strict.EditDistance("form", "from"))
}

func TestKubernetesVersionTable(t *testing.T) {
	previous := KubernetesVersion{}
	for _, row := range KubernetesVersions {
		require.Greater(t, row.Version, previous.Version)
		dates := []string{row.Released, row.StandardSupportEnds, row.ExtendedSupportEnds}
		last := ""
		for _, date := range dates {
			if date == "" {
				continue
			}
			_, err := time.Parse(time.DateOnly, date)
			require.NoError(t, err)
			require.Greater(t, date, last, row.Version)
			last = date
		}
		require.NotEmpty(t, row.Released)
		previous = row
	}
}

func TestTablesHoldTheDefaults(t *testing.T) {
	config := Defaults("dev", "us-east-1")
	_, ok := machine.FindAmiType(compute.DefaultNodeGroup().AmiType)
	require.True(t, ok)
	require.Contains(t, aws.LogRetentionDays, config.Cluster.LogRetentionDays)
	require.Contains(t, serving.SslPolicies, DefaultLoadBalancer().SslPolicy)
	require.Contains(t, network.NatModes, config.Network.NatGateways)
}

func TestQuotasAgreeWithTheSchema(t *testing.T) {
	schema := rootSchema().Properties["compute"]
	require.Equal(t, compute.MaxFargateProfiles, *schema.Properties["fargateProfiles"].MaxItems)
	require.Equal(t, compute.MaxNodeGroups, *schema.Properties["nodeGroups"].MaxItems)
	require.Equal(t, compute.MaxSelectors, *schema.Properties["fargateProfiles"].Items.Properties["selectors"].MaxItems)
}
