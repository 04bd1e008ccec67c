package gpu_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/modelway/modelway/k8s/gpu"
)

const daemonSetType = "kubernetes:apps/v1:DaemonSet"

func TestDevicePluginGolden(t *testing.T) {
	recording := run(t, nil, 0)
	component := recording.Find(t, gpu.Token, "nvidia")
	set := recording.Find(t, daemonSetType, "nvidia-daemonset")
	require.Equal(t, []*recorder.Resource{set}, recording.Children(component.URN))
	require.Equal(t, "nvcr.io/nvidia/k8s-device-plugin:v0.20.0", component.Input("image"))
	require.Equal(t, "nvidia-device-plugin", component.Outputs["name"].StringValue())
	recorder.GoldenJSON(t, filepath.Join("testdata", "daemonset.golden.json"), set.Inputs.Mappable())
}

func TestPluginRunsWhereItIsNeeded(t *testing.T) {
	set := run(t, nil, 0).Find(t, daemonSetType, "nvidia-daemonset")
	selector := set.Input("spec.template.spec.nodeSelector").(map[string]any)
	matches := func(amiType string) bool {
		labels := compute.NodeLabels(amiType)
		for key, value := range selector {
			if labels[key] != value {
				return false
			}
		}
		return true
	}
	for _, amiType := range []string{"AL2023_x86_64_NVIDIA", "AL2023_ARM_64_NVIDIA", "BOTTLEROCKET_x86_64_NVIDIA", "AL2023_x86_64_STANDARD"} {
		require.Equal(t, compute.NeedsPlugin(amiType), matches(amiType), amiType)
	}
}

func TestSelectorMatchesThePods(t *testing.T) {
	set := run(t, nil, 0).Find(t, daemonSetType, "nvidia-daemonset")
	pod := set.Input("spec.template.metadata.labels").(map[string]any)
	selector := set.Input("spec.selector.matchLabels").(map[string]any)
	require.NotEmpty(t, selector)
	for key, value := range selector {
		require.Equal(t, value, pod[key], "the pods carry %s", key)
	}
}

func TestImageMirror(t *testing.T) {
	recording := run(t, &gpu.DevicePluginArgs{ImageMirror: "mirror.example.com/copies"}, 0)
	set := recording.Find(t, daemonSetType, "nvidia-daemonset")
	require.Equal(t, "mirror.example.com/copies/nvidia/k8s-device-plugin:v0.20.0", set.Input("spec.template.spec.containers[0].image"))
}

func TestDaemonSetDependsOnEachNeedDirectly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 6).Draw(t, "needs")
		recording := run(t, &gpu.DevicePluginArgs{}, count)
		set := recording.Find(t, daemonSetType, "nvidia-daemonset")
		needs := recording.OfType("test:index:Need")
		require.Len(t, needs, count)
		for _, need := range needs {
			require.True(t, set.DependsDirectly(need.URN), "the DaemonSet does not depend on %s", need.Name)
		}
	})
}

func TestFaults(t *testing.T) {
	recording, err := recorder.RunErr(func(ctx *pulumi.Context) error {
		_, err := gpu.NewDevicePlugin(ctx, "nvidia", &gpu.DevicePluginArgs{ImageMirror: "https://mirror.example.com"})
		return err
	})
	require.ErrorContains(t, err, `device plugin "nvidia"`)
	require.ErrorContains(t, err, `ImageMirror is "https://mirror.example.com": not the address`)
	require.Empty(t, recording.OfType(gpu.Token), "nothing is registered")
}

func run(t recorder.TB, args *gpu.DevicePluginArgs, needs int) *recorder.Recording {
	return recorder.Run(t, func(ctx *pulumi.Context) error {
		standIns, err := recorder.StandIns(ctx, "Need", needs)
		if err != nil {
			return err
		}
		if args != nil {
			args.DependsOn = standIns
		}
		_, err = gpu.NewDevicePlugin(ctx, "nvidia", args)
		return err
	})
}
