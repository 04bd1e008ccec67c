package compute_test

import (
	"testing"

	"github.com/modelway/modelway/infra/compute"
	"github.com/stretchr/testify/require"
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
		g.Name, g.AmiType, g.MinSize, g.DesiredSize = "gpu", "BOTTLEROCKET_x86_64_NVIDIA", 0, 0
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
		`node group "empty": it has no instance types`,
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
