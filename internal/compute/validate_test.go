package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
)

func group(change func(*compute.NodeGroup)) compute.NodeGroup {
	g := compute.NodeGroup{Name: "general", InstanceTypes: []string{"m6i.large"}, MinSize: 1, DesiredSize: 2, MaxSize: 3}
	if change != nil {
		change(&g)
	}
	return g
}

var system = profile("system",
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}},
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "aws-load-balancer-controller"}},
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "metrics-server"}},
)

func TestValidateAcceptsEachKindAndBoth(t *testing.T) {
	require.NoError(t, compute.Validate(nil, []compute.NodeGroup{group(nil)}))
	require.NoError(t, compute.Validate([]compute.FargateProfile{system}, nil))
	require.NoError(t, compute.Validate([]compute.FargateProfile{profile("models", compute.Selector{Namespace: "models*"})}, []compute.NodeGroup{group(nil)}))
	require.NoError(t, compute.Validate(nil, []compute.NodeGroup{group(nil), group(func(g *compute.NodeGroup) {
		g.Name, g.InstanceTypes, g.AmiType, g.MinSize, g.DesiredSize = "gpu", []string{"g5.xlarge"}, "BOTTLEROCKET_x86_64_NVIDIA", 0, 0
		g.Taints = []compute.Taint{{Key: "nvidia.com/gpu", Effect: compute.NoSchedule}}
	})}))
}

func TestValidateReportsEveryFault(t *testing.T) {
	six := make([]compute.Selector, 6)
	for i := range six {
		six[i] = compute.Selector{Namespace: "models"}
	}
	err := compute.Validate(
		[]compute.FargateProfile{
			profile("System"), profile("many", six...), profile("many", compute.Selector{Namespace: "Kube_System"}),
			profile("odd", compute.Selector{Namespace: "a", Labels: map[string]string{"": "x"}}),
		},
		[]compute.NodeGroup{
			{Name: "empty"},
			group(func(g *compute.NodeGroup) {
				g.Name, g.InstanceTypes, g.CapacityType, g.AmiType, g.DiskSizeGiB = "odd", []string{"large"}, "CHEAP", "AL2_x86_64", 8
				g.MinSize, g.DesiredSize, g.MaxSize = 3, 2, 1
				g.Taints = []compute.Taint{{Key: "a", Effect: "NoSchedule"}, {Key: "a", Effect: "NoSchedule"}, {Effect: compute.NoExecute}}
			}),
		})
	for _, want := range []string{
		`Fargate profile "System": the name must have lower case letters`,
		`Fargate profile "System": it has 0 selectors: use 1 to 5`,
		`Fargate profile "many": it has 6 selectors`,
		`Fargate profile "many": the name is taken by another Fargate profile`,
		`Fargate profile "many": the selector's namespace is "Kube_System"`,
		`Fargate profile "odd": a selector has a label without a key`,
		`node group "empty": it has 0 instance types: name 1 to 20`,
		`node group "empty": the sizes are 0 (minimum), 0 (desired) and 0 (maximum)`,
		`node group "odd": the instance type is "large"`,
		`node group "odd": the capacity type is "CHEAP": use ON_DEMAND or SPOT`,
		`node group "odd": the AMI type is "AL2_x86_64"`,
		`node group "odd": the disk has 8 GiB: use 20 to 16384`,
		`node group "odd": the sizes are 3 (minimum), 2 (desired) and 1 (maximum)`,
		`node group "odd": the effect of taint "a" is "NoSchedule": use NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE`,
		`node group "odd": taint "a" with effect NoSchedule is there twice`,
		`node group "odd": a taint has no key`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, compute.Validate(nil, nil), "neither Fargate profiles nor node groups")
}

func TestValidateWantsInstanceTypesThatTheImageFits(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = "m6i.large"
	}
	for name, c := range map[string]struct {
		ami   string
		types []string
		want  string
	}{
		"mixed architectures": {"", []string{"m6i.large", "m7g.large"}, "its instance types differ (m6i.large is plain x86_64, m7g.large is plain arm64): the nodes of a group share one image; make a group for each kind"},
		"mixed accelerators":  {"", []string{"g5.xlarge", "m6i.large"}, "its instance types differ (g5.xlarge is x86_64 with NVIDIA GPUs, m6i.large is plain x86_64)"},
		"mixed with an image": {"AL2023_x86_64_STANDARD", []string{"m6i.large", "m7g.large"}, "its instance types differ"},
		"other architecture":  {"AL2023_x86_64_STANDARD", []string{"m7g.large"}, "AMI type AL2023_x86_64_STANDARD is for plain x86_64, but instance type m7g.large is plain arm64: use AL2023_ARM_64_STANDARD, or instance types that are plain x86_64"},
		"GPU without drivers": {"BOTTLEROCKET_x86_64", []string{"g5.xlarge"}, "use BOTTLEROCKET_x86_64_NVIDIA, or instance types that are plain x86_64"},
		"drivers without GPU": {"AL2023_x86_64_NVIDIA", []string{"m6i.large"}, "AMI type AL2023_x86_64_NVIDIA is for x86_64 with NVIDIA GPUs, but instance type m6i.large is plain x86_64: use AL2023_x86_64_STANDARD"},
		"Neuron Bottlerocket": {"BOTTLEROCKET_x86_64", []string{"inf2.xlarge"}, "instance type inf2.xlarge is x86_64 with AWS Neuron: use AL2023_x86_64_NEURON, or"},
		"Neuron without":      {"AL2023_x86_64_STANDARD", []string{"trn1.2xlarge"}, "use AL2023_x86_64_NEURON"},
		"no such image":       {"", []string{"trn3g.48xlarge"}, "EKS has no image for arm64 with AWS Neuron, which trn3g.48xlarge is"},
		"no fitting image":    {"AL2023_x86_64_NEURON", []string{"trn3g.48xlarge"}, "use instance types that are x86_64 with AWS Neuron"},
		"twice":               {"", []string{"m6i.large", "m5.large", "m6i.large"}, "instance type m6i.large is there twice: remove one"},
		"too many":            {"", many, "it has 21 instance types: name 1 to 20"},
		"not a name":          {"", []string{"m6i.large", "m6i"}, `the instance type is "m6i"`},
		"not of EC2":          {"", []string{"m99.large"}, `"m99.large" (EC2 has no such instance type): use one such as m6i.large`},
	} {
		t.Run(name, func(t *testing.T) {
			err := compute.Validate([]compute.FargateProfile{system}, []compute.NodeGroup{group(func(g *compute.NodeGroup) { g.AmiType, g.InstanceTypes = c.ami, c.types })})
			require.ErrorContains(t, err, `node group "general": `)
			require.ErrorContains(t, err, c.want)
		})
	}
	require.ErrorContains(t, compute.Validate(nil, []compute.NodeGroup{group(func(g *compute.NodeGroup) { g.AmiType, g.InstanceStore = "BOTTLEROCKET_x86_64", true })}),
		"InstanceStore is for Amazon Linux 2023, but AMI type BOTTLEROCKET_x86_64 is Bottlerocket")
}

func TestValidateKeepsTheVolumeControllerOnNodes(t *testing.T) {
	all := []compute.FargateProfile{profile("system", compute.Selector{Namespace: "kube-system"})}
	require.ErrorContains(t, compute.Validate(all, []compute.NodeGroup{group(nil)}),
		`Fargate profile "system" selects the EBS CSI controller in namespace kube-system, which must run on a node, because its credentials come from an agent on the node: give the profile's selector labels that leave it out`)
	require.NoError(t, compute.Validate(all, nil))
	gpu := group(func(g *compute.NodeGroup) { g.InstanceTypes = []string{"g5.xlarge"} })
	require.NoError(t, compute.Validate(all, []compute.NodeGroup{gpu}), "without open nodes there is no such controller")
}

func TestValidateWantsAHomeForSystemPods(t *testing.T) {
	missing := profile("system", system.Selectors[0], system.Selectors[2])
	err := compute.Validate([]compute.FargateProfile{missing}, nil)
	require.ErrorContains(t, err, "AWS Load Balancer Controller has nowhere to run: add a Fargate selector for namespace kube-system")
	require.NotContains(t, err.Error(), "CoreDNS")
	require.NotContains(t, err.Error(), "metrics-server has")

	tainted := group(func(g *compute.NodeGroup) { g.Taints = []compute.Taint{{Key: "gpu", Effect: compute.NoSchedule}} })
	require.ErrorContains(t, compute.Validate(nil, []compute.NodeGroup{tainted}), "CoreDNS has nowhere to run")
	require.NoError(t, compute.Validate([]compute.FargateProfile{system}, []compute.NodeGroup{tainted}))
	preferring := group(func(g *compute.NodeGroup) { g.Taints = []compute.Taint{{Key: "gpu", Effect: compute.PreferNoSchedule}} })
	require.NoError(t, compute.Validate(nil, []compute.NodeGroup{preferring}))
}
