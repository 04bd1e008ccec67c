package compute_test

import (
	"encoding/base64"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/recorder"
)

// variants are node groups whose launch templates differ.
func variants() []compute.NodeGroup {
	make := func(name string, change func(*compute.NodeGroup)) compute.NodeGroup {
		g := group(change)
		g.Name = name
		return g
	}
	return []compute.NodeGroup{
		make("general", nil),
		make("spot", func(g *compute.NodeGroup) {
			g.InstanceTypes, g.CapacityType, g.AmiType, g.DiskSizeGiB = []string{"m7g.large", "m6g.large"}, compute.Spot, "BOTTLEROCKET_ARM_64", 80
		}),
		make("gpu", func(g *compute.NodeGroup) {
			g.InstanceTypes, g.FastImagePull, g.DiskSizeGiB = []string{"g5.2xlarge"}, true, 200
		}),
		make("gpu-local", func(g *compute.NodeGroup) {
			g.InstanceTypes, g.FastImagePull, g.InstanceStore = []string{"g5.2xlarge"}, true, true
		}),
		make("gpu-bottlerocket", func(g *compute.NodeGroup) {
			g.InstanceTypes, g.AmiType, g.FastImagePull = []string{"g5.2xlarge"}, "BOTTLEROCKET_x86_64_NVIDIA", true
		}),
	}
}

func userData(t *testing.T, template *recorder.Resource) string {
	text, err := base64.StdEncoding.DecodeString(template.Input("userData").(string))
	require.NoError(t, err)
	return string(text)
}

func TestLaunchTemplates(t *testing.T) {
	r := recorder.Run(t, program(args([]compute.FargateProfile{system}, variants())))
	for _, g := range variants() {
		template := r.Find(t, templateType, "run-"+g.Name+"-template")
		recorder.Golden(t, "testdata/run-"+g.Name+"-userdata.txt", []byte(userData(t, template)))
		inputs := maps.Clone(template.Inputs)
		delete(inputs, "userData")
		recorder.GoldenJSON(t, "testdata/run-"+g.Name+"-template.json", inputs.Mappable())
	}
}

// Amazon Linux reads the user data as nodeadm does: a multi-part mail, of which the parts of its type are NodeConfigs. The
// cluster, labels and the number of pods come from EKS.
func TestAmazonLinuxUserData(t *testing.T) {
	r := recorder.Run(t, program(args([]compute.FargateProfile{system}, variants())))
	for _, g := range variants() {
		data := userData(t, r.Find(t, templateType, "run-"+g.Name+"-template"))
		if strings.HasPrefix(g.AmiType, machine.Bottlerocket) {
			require.True(t, strings.HasPrefix(data, "[settings.kubernetes]\n"), "TOML begins with its first table")
			continue
		}
		message, err := mail.ReadMessage(strings.NewReader(data))
		require.NoError(t, err)
		kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
		require.NoError(t, err)
		require.Equal(t, "multipart/mixed", kind)
		parts := multipart.NewReader(message.Body, parameters["boundary"])
		part, err := parts.NextPart()
		require.NoError(t, err)
		require.Equal(t, "application/node.eks.aws", part.Header.Get("Content-Type"))
		text, err := io.ReadAll(part)
		require.NoError(t, err)
		var config struct {
			APIVersion, Kind string
			Spec             map[string]any
		}
		require.NoError(t, yaml.UnmarshalStrict(text, &config))
		require.Equal(t, "node.eks.aws/v1alpha1", config.APIVersion)
		require.Equal(t, "NodeConfig", config.Kind)
		require.NotContains(t, config.Spec, "cluster")
		require.NotContains(t, config.Spec["kubelet"], "flags")
		require.NotContains(t, config.Spec["kubelet"].(map[string]any)["config"], "maxPods")
		require.Equal(t, g.FastImagePull, config.Spec["featureGates"] != nil)
		require.Equal(t, g.InstanceStore, config.Spec["instance"] != nil)
		_, err = parts.NextPart()
		require.ErrorIs(t, err, io.EOF)
	}
}

func TestGpuNodes(t *testing.T) {
	run := func(change func(*compute.NodeGroup)) *recorder.Resource {
		g := group(func(g *compute.NodeGroup) { g.InstanceTypes = []string{"g5.xlarge"} })
		if change != nil {
			change(&g)
		}
		return recorder.Run(t, program(args([]compute.FargateProfile{system}, []compute.NodeGroup{g}))).Find(t, groupType, "run-general")
	}
	plain := run(nil)
	require.Equal(t, "AL2023_x86_64_NVIDIA", plain.Input("amiType"))
	require.Equal(t, []any{map[string]any{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}}, plain.Input("taints"))
	require.Equal(t, map[string]any{"nvidia.com/gpu.present": "true", "k8s.amazonaws.com/accelerator": "nvidia"}, plain.Input("labels"))

	own := run(func(g *compute.NodeGroup) {
		g.Taints = []compute.Taint{{Key: "team", Value: "ml", Effect: compute.PreferNoSchedule}}
		g.Labels = map[string]string{"pool": "gpu", "nvidia.com/gpu.present": "yes"}
	})
	require.Equal(t, []any{map[string]any{"key": "team", "value": "ml", "effect": "PREFER_NO_SCHEDULE"}}, own.Input("taints"))
	require.Equal(t, map[string]any{"pool": "gpu", "nvidia.com/gpu.present": "yes", "k8s.amazonaws.com/accelerator": "nvidia"},
		own.Input("labels"))

	for _, types := range []string{"m6i.large", "inf2.xlarge", "g4ad.xlarge"} {
		other := run(func(g *compute.NodeGroup) { g.InstanceTypes = []string{types} })
		require.Nil(t, other.Input("taints"), types)
		require.Nil(t, other.Input("labels"), types)
	}
}

func TestSpotOfOneTypeIsWarnedOf(t *testing.T) {
	spot := func(types ...string) *recorder.Recording {
		return recorder.Run(t, program(args(nil, []compute.NodeGroup{group(func(g *compute.NodeGroup) {
			g.InstanceTypes, g.CapacityType = types,
				compute.Spot
		})})))
	}
	require.Empty(t, spot("m6i.large", "m5.large").Warnings)
	require.Len(t, spot("m6i.large").Warnings, 1)
	require.Contains(t, spot("m6i.large").Warnings[0], `node group "general" takes spot capacity of one instance type only, m6i.large`)
	require.Empty(t, recorder.Run(t, program(args(nil, []compute.NodeGroup{group(nil)}))).Warnings)
}

// Whatever the instance types: a group that is accepted has an image that boots on each of them and has the drivers for it, and a
// group is refused exactly when there is none for all.
func TestImageFollowsTheInstanceTypes(t *testing.T) {
	names := []string{"m6i.large", "m5.large", "m7g.large", "c6gn.large", "g5.xlarge", "p5.48xlarge", "g5g.xlarge", "inf2.xlarge",
		"trn1.2xlarge", "g4ad.xlarge"}
	rapid.Check(t, func(t *rapid.T) {
		types := rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID[string]).Draw(t, "types")
		r, err := recorder.RunErr(program(args([]compute.FargateProfile{system},
			[]compute.NodeGroup{group(func(g *compute.NodeGroup) { g.InstanceTypes = types })})))
		common, alike := machine.CommonHardware(types)
		if !alike {
			require.ErrorContains(t, err, "instanceTypes[")
			return
		}
		require.NoError(t, err)
		made := r.Find(t, groupType, "run-general")
		ami, ok := machine.FindAmiType(made.Input("amiType").(string))
		require.True(t, ok)
		require.Equal(t, common, ami.Hardware())
		require.Equal(t, common.Accelerator == machine.Nvidia, made.Input("taints") != nil)
	})
}
