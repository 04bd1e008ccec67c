package compute

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNodesByImage(t *testing.T) {
	accelerator := map[string]string{"k8s.amazonaws.com/accelerator": "nvidia"}
	both := map[string]string{"k8s.amazonaws.com/accelerator": "nvidia", "nvidia.com/gpu.present": "true"}
	for amiType, want := range map[string]struct {
		plugin bool
		labels map[string]string
	}{
		"AL2023_x86_64_NVIDIA":       {true, both},
		"AL2023_ARM_64_NVIDIA":       {true, both},
		"BOTTLEROCKET_x86_64_NVIDIA": {false, accelerator},
		"BOTTLEROCKET_ARM_64_NVIDIA": {false, accelerator},
		"AL2023_x86_64_STANDARD":     {false, nil},
		"AL2023_x86_64_NEURON":       {false, nil},
		"BOTTLEROCKET_x86_64":        {false, nil},
		"WINDOWS_CORE_2022_x86_64":   {false, nil},
		"":                           {false, nil},
	} {
		require.Equal(t, want.plugin, NeedsPlugin(amiType), amiType)
		require.Equal(t, want.labels, NodeLabels(amiType), amiType)
	}
}

func TestOneGroupIsEnoughToNeedThePlugin(t *testing.T) {
	groups := func(amiTypes ...string) (s Spec) {
		for _, amiType := range amiTypes {
			s.NodeGroups = append(s.NodeGroups, NodeGroup{AmiType: amiType})
		}
		return s
	}
	require.True(t, groups("BOTTLEROCKET_x86_64_NVIDIA", "AL2023_x86_64_STANDARD", "AL2023_x86_64_NVIDIA").NeedsPlugin())
	require.False(t, groups("BOTTLEROCKET_x86_64_NVIDIA", "AL2023_x86_64_STANDARD").NeedsPlugin())
	require.False(t, groups().NeedsPlugin())
}

// The plugin would fight that of the image on nodes with its label.
func TestDefaultLabelsFollowTheImage(t *testing.T) {
	for _, amiType := range []string{"AL2023_x86_64_NVIDIA", "BOTTLEROCKET_x86_64_NVIDIA"} {
		labels := NodeGroup{AmiType: amiType, Labels: map[string]string{"pool": "gpu"}}.WithDefaults().Labels
		require.Equal(t, NeedsPlugin(amiType), labels[NodeLabel] == NodeLabelValue, amiType)
		require.Equal(t, "gpu", labels["pool"])
		require.Contains(t, labels, AcceleratorLabel)
	}
}
