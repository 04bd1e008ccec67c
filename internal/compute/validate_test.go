package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/rule"
)

func group(change func(*compute.NodeGroup)) compute.NodeGroup {
	g := compute.NodeGroup{Name: "general", InstanceTypes: []string{"m6i.large"}, MinSize: 1, DesiredSize: 2, MaxSize: 3}
	if change != nil {
		change(&g)
	}
	return g.WithDefaults()
}

var system = profile("system",
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}},
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "aws-load-balancer-controller"}},
	compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "metrics-server"}},
)

// check is what is wrong with profiles and groups.
func check(profiles []compute.FargateProfile, groups ...compute.NodeGroup) error {
	return rule.Join(compute.Spec{FargateProfiles: profiles, NodeGroups: groups}.Check())
}

func TestEachKindOfComputeIsEnough(t *testing.T) {
	require.NoError(t, check(nil, group(nil)))
	require.NoError(t, check([]compute.FargateProfile{system}))
	require.NoError(t, check([]compute.FargateProfile{profile("models", compute.Selector{Namespace: "models*"})}, group(nil)))
	require.NoError(t, check(nil, group(nil), group(func(g *compute.NodeGroup) {
		g.Name, g.InstanceTypes, g.AmiType, g.MinSize, g.DesiredSize = "gpu", []string{"g5.xlarge"}, "BOTTLEROCKET_x86_64_NVIDIA", 0, 0
		g.Taints = []compute.Taint{{Key: "nvidia.com/gpu", Effect: compute.NoSchedule}}
	})))
}

func TestEveryFaultOfComputeIsReported(t *testing.T) {
	six := make([]compute.Selector, 6)
	for i := range six {
		six[i] = compute.Selector{Namespace: "models"}
	}
	err := check(
		[]compute.FargateProfile{
			profile("System"), profile("many", six...), profile("many", compute.Selector{Namespace: "Kube_System"}),
			profile("odd", compute.Selector{Namespace: "a", Labels: map[string]string{"": "x"}}), profile("eks-x", six[0]),
		},
		compute.NodeGroup{Name: "empty"}.WithDefaults(),
		group(func(g *compute.NodeGroup) {
			g.Name, g.InstanceTypes, g.CapacityType, g.AmiType, g.DiskSizeGiB = "odd", []string{"large"}, "CHEAP", "AL2_x86_64", 8
			g.MinSize, g.DesiredSize, g.MaxSize = 3, 2, 1
			g.Taints = []compute.Taint{{Key: "a", Effect: "NoSchedule"}, {Key: "a", Effect: "NoSchedule"}, {Effect: compute.NoExecute}}
			g.Labels = map[string]string{"kubernetes.io/role": "x"}
		}),
		group(func(g *compute.NodeGroup) { g.Name, g.DesiredSize, g.MaxSize = "sizes", 500, 451 }),
		group(func(g *compute.NodeGroup) { g.Name, g.DesiredSize = "desired", 9 }))
	for _, want := range []string{
		`fargateProfiles[0].name is "System": not a valid name; allowed: lower case letters, digits and hyphens`,
		`fargateProfiles[0].selectors is []: too few items; allowed: a list of 1 to 5`,
		`too many items: 6; allowed: a list of 1 to 5; remove fargateProfiles[1].selectors[5]`,
		`fargateProfiles[2].name is "many": the name is taken by fargateProfiles[1].name; allowed: each name once; set fargateProfiles[2].name to many-2`,
		`fargateProfiles[2].selectors[0].namespace is "Kube_System": not a namespace, nor a pattern of one`,
		`fargateProfiles[3].selectors[0].labels is map[:x]: a label without a key`,
		`fargateProfiles[4].name is "eks-x": starts with eks-, which EKS keeps for itself`,
		`nodeGroups[0].instanceTypes is []: too few items; allowed: a list of 1 to 20`,
		`nodeGroups[0].maxSize is 0: out of range; allowed: a whole number from 1 to 450`,
		`nodeGroups[1].instanceTypes[0] is "large": not the name of an EC2 instance type`,
		`nodeGroups[1].capacityType is "CHEAP": not one of the allowed values; allowed: ON_DEMAND, SPOT`,
		`nodeGroups[1].amiType is "AL2_x86_64": not one of the allowed values`,
		`nodeGroups[1].diskSizeGiB is 8: out of range; allowed: a whole number from 20 to 16384`,
		`nodeGroups[1].minSize is 3: more than maxSize, which is 1; allowed: 0 to 1; set nodeGroups[1].minSize to 1, or set nodeGroups[1].maxSize to 3`,
		`nodeGroups[1].taints[0].effect is "NoSchedule": not one of the allowed values; allowed: NO_SCHEDULE, PREFER_NO_SCHEDULE, NO_EXECUTE`,
		`nodeGroups[1].taints[1] is {a  NoSchedule}: the same key and effect as nodeGroups[1].taints[0]`,
		`nodeGroups[1].taints[2] is {  NO_EXECUTE}: not a valid label key`,
		`nodeGroups[1].labels["kubernetes.io/role"] is "x": nodes may not label themselves with it`,
		`nodeGroups[2].maxSize is 451: out of range`,
		`nodeGroups[3].desiredSize is 9: outside minSize and maxSize; allowed: 1 to 3; set nodeGroups[3].desiredSize to 3`,
	} {
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, check(nil), "no Fargate profile and no node group: no pod could run")
}

func TestInstanceTypesFitTheImage(t *testing.T) {
	many := make([]string, 21)
	for i := range many {
		many[i] = "m6i.large"
	}
	for name, c := range map[string]struct {
		ami   string
		types []string
		want  string
	}{
		"mixed architectures": {"", []string{"m6i.large", "m7g.large"},
			`instanceTypes[1] is "m7g.large": it is plain arm64, but amiType AL2023_x86_64_STANDARD is for plain x86_64; allowed: instance types that are plain x86_64; remove nodeGroups[0].instanceTypes[1]`},
		"mixed accelerators": {"", []string{"g5.xlarge", "m6i.large"},
			`instanceTypes[1] is "m6i.large": it is plain x86_64, but amiType AL2023_x86_64_NVIDIA is for x86_64 with NVIDIA GPUs`},
		"other architecture": {"AL2023_x86_64_STANDARD", []string{"m7g.large"},
			`it is plain arm64, but amiType AL2023_x86_64_STANDARD is for plain x86_64; allowed: instance types that are plain x86_64; set nodeGroups[0].amiType to AL2023_ARM_64_STANDARD`},
		"GPU without drivers": {"BOTTLEROCKET_x86_64", []string{"g5.xlarge"}, "set nodeGroups[0].amiType to BOTTLEROCKET_x86_64_NVIDIA"},
		"drivers without GPU": {"AL2023_x86_64_NVIDIA", []string{"m6i.large"}, "set nodeGroups[0].amiType to AL2023_x86_64_STANDARD"},
		"Neuron Bottlerocket": {"BOTTLEROCKET_x86_64", []string{"inf2.xlarge"}, "it is x86_64 with AWS Neuron, but amiType BOTTLEROCKET_x86_64 " +
			"is for plain x86_64; allowed: instance types that are plain x86_64; set nodeGroups[0].amiType to AL2023_x86_64_NEURON"},
		"no such image":    {"", []string{"trn3g.48xlarge"}, `is "trn3g.48xlarge": EKS has no image for arm64 with AWS Neuron, which it is`},
		"no fitting image": {"AL2023_x86_64_NEURON", []string{"trn3g.48xlarge"}, "allowed: instance types that are x86_64 with AWS Neuron"},
		"twice": {"", []string{"m6i.large", "m5.large", "m6i.large"}, "m6i.large is listed twice; allowed: each item once; remove " +
			"nodeGroups[0].instanceTypes[2]"},
		"too many":   {"", many, "too many items: 21; allowed: a list of 1 to 20"},
		"not a name": {"", []string{"m6i.large", "m6i"}, `instanceTypes[1] is "m6i"`},
		"not of EC2": {"", []string{"m99.large"}, `"m99.large": EC2 has no such instance type; did you mean m6i.large?`},
	} {
		t.Run(name, func(t *testing.T) {
			err := check([]compute.FargateProfile{system}, group(func(g *compute.NodeGroup) { g.AmiType, g.InstanceTypes = c.ami, c.types }))
			require.ErrorContains(t, err, c.want)
		})
	}
	require.ErrorContains(t, check(nil, group(func(g *compute.NodeGroup) { g.AmiType, g.InstanceStore = "BOTTLEROCKET_x86_64", true })),
		"instanceStore is true: for Amazon Linux 2023 only, but amiType BOTTLEROCKET_x86_64 is Bottlerocket")
}

func TestTheVolumeControllerStaysOnNodes(t *testing.T) {
	all := []compute.FargateProfile{profile("system", compute.Selector{Namespace: "kube-system"})}
	require.ErrorContains(t, check(all, group(nil)), "fargateProfiles[0].selectors")
	require.ErrorContains(t, check(all, group(nil)),
		"select the EBS CSI controller in kube-system, which must run on a node, because its credentials come from an agent on the node")
	require.NoError(t, check(all))
	gpu := group(func(g *compute.NodeGroup) { g.InstanceTypes = []string{"g5.xlarge"} })
	require.NoError(t, check(all, gpu), "without open nodes there is no such controller")
	require.NoError(t, check([]compute.FargateProfile{system}, group(nil)))
}

func TestSystemPodsHaveAHome(t *testing.T) {
	missing := profile("system", system.Selectors[0], system.Selectors[2])
	err := check([]compute.FargateProfile{missing})
	require.ErrorContains(t, err, "nowhere to run AWS Load Balancer Controller: no profile selects the pods in kube-system")

	tainted := group(func(g *compute.NodeGroup) { g.Taints = []compute.Taint{{Key: "gpu", Effect: compute.NoSchedule}} })
	require.ErrorContains(t, check(nil, tainted), "nowhere to run CoreDNS")
	require.NoError(t, check([]compute.FargateProfile{system}, tainted))
	preferring := group(func(g *compute.NodeGroup) { g.Taints = []compute.Taint{{Key: "gpu", Effect: compute.PreferNoSchedule}} })
	require.NoError(t, check(nil, preferring))
	empty := group(func(g *compute.NodeGroup) { g.MinSize, g.DesiredSize = 0, 0 })
	require.ErrorContains(t, check(nil, empty), "nowhere to run CoreDNS")
}
