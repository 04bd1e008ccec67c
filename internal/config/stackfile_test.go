package config

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/serving"

	"github.com/modelway/modelway/internal/alb"
	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/network"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/strict"
)

// readStackFile reads a stack's settings file as Pulumi does.
func readStackFile(t *testing.T, stack, name string) Values {
	t.Helper()
	settings, err := stackfile.Read("", name)
	require.NoError(t, err)
	return Values{StackName: stack, Settings: settings.Config}
}

// loadStack loads the project's own settings of a stack.
func loadStack(t *testing.T, stack string) Config {
	t.Helper()
	config, err := Load(readStackFile(t, stack, filepath.Join(projectRoot, "Pulumi."+stack+".yaml")))
	require.NoError(t, err)
	return config
}

func TestLocalStack(t *testing.T) {
	config := loadStack(t, "local")
	require.Equal(t, "modelway-local", config.Cluster.Name)
	require.Equal(t, "1.35", config.Cluster.KubernetesVersion)
	require.Equal(t, "us-east-1", config.Region)
	require.Equal(t, Defaults("local", "").Network, config.Network)
	require.Equal(t, []Listener{{Protocol: alb.HTTP, Port: 8080}}, config.LoadBalancers["public"].Listeners)
	require.Equal(t, defaultFargateProfiles(), config.Compute.FargateProfiles)
	group := config.Compute.NodeGroups[0]
	require.Equal(t, []any{1, 3, 1, compute.OnDemand}, []any{group.MinSize, group.MaxSize, group.DesiredSize, group.CapacityType})
}

func TestDevStack(t *testing.T) {
	config := loadStack(t, "dev")
	group := config.Compute.NodeGroups[0]
	require.Equal(t, []any{1, 3, 1, compute.Spot}, []any{group.MinSize, group.MaxSize, group.DesiredSize, group.CapacityType})
	require.Equal(t, serving.SecureListeners(), config.LoadBalancers["public"].Listeners)
	require.False(t, config.Cluster.DeletionProtection)
	require.False(t, config.NeedsLogBucket())
	require.Equal(t, "1.36", config.Cluster.KubernetesVersion)
}

func TestProdStack(t *testing.T) {
	config := loadStack(t, "prod")
	require.Equal(t, 3, config.Network.AvailabilityZones)
	require.Equal(t, network.NatPerZone, config.Network.NatGateways)
	require.True(t, config.Cluster.DeletionProtection)
	require.Equal(t, 365, config.Cluster.LogRetentionDays)
	base, spot := config.Compute.NodeGroups[0], config.Compute.NodeGroups[1]
	require.Equal(t, []any{3, 6, 3, compute.OnDemand}, []any{base.MinSize, base.MaxSize, base.DesiredSize, base.CapacityType})
	require.Equal(t, []any{0, 9, 0, compute.Spot}, []any{spot.MinSize, spot.MaxSize, spot.DesiredSize, spot.CapacityType})
	require.True(t, config.NeedsLogBucket())
}

// TestConfigurationsOfTheExamplesLoad loads every environment of examples/configurations.
func TestConfigurationsOfTheExamplesLoad(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(projectRoot, "examples", "configurations", "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 8)
	for _, file := range files {
		_, err := Load(readStackFile(t, "example", file))
		require.NoError(t, err, file)
	}
}

// TestStackFilesHoldOnlyDifferences fails when a stack's file repeats a default.
func TestStackFilesHoldOnlyDifferences(t *testing.T) {
	for _, stack := range []string{"local", "dev", "prod"} {
		values := readStackFile(t, stack, filepath.Join(projectRoot, "Pulumi."+stack+".yaml"))
		given, faults := settingsOf(values.StackName).Read(values, rootSchema().Names())
		require.Empty(t, faults)
		full, err := Load(values)
		require.NoError(t, err)
		for _, leaf := range leaves(map[string]any(given), path{}) {
			if leaf.Name() == "name" || leaf.Name() == "protocol" || leaf.Name() == "port" {
				continue // required in every item of their lists
			}
			without, _ := settingsOf(values.StackName).Read(values, rootSchema().Names())
			without.Drop(leaf)
			settings := map[string]string{RegionKey: full.Region}
			for key, value := range without {
				text, err := json.Marshal(value)
				require.NoError(t, err)
				settings[strict.FullKey(key)] = string(text)
			}
			config, err := Load(Values{StackName: stack, Settings: settings})
			if err == nil {
				require.NotEqual(t, full, config, "Pulumi.%s.yaml repeats the default of %s", stack, leaf.Key())
			}
		}
	}
}

// leaves returns the paths of all values that are not objects or lists of objects.
func leaves(value any, at path) []path {
	var found []path
	switch value := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(value) {
			found = append(found, leaves(value[key], at.At(key))...)
		}
		return found
	case []any:
		for i, item := range value {
			if _, object := item.(map[string]any); object {
				found = append(found, leaves(item, at.At(i))...)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return []path{at}
}
