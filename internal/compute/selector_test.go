package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/compute"
)

func profile(name string, selectors ...compute.Selector) compute.FargateProfile {
	return compute.FargateProfile{Name: name, Selectors: selectors}
}

func TestSelects(t *testing.T) {
	labels := map[string]string{"app": "churn", "modelway.dev/compute": "fargate"}
	for _, c := range []struct {
		selector compute.Selector
		want     bool
	}{
		{compute.Selector{Namespace: "models"}, true},
		{compute.Selector{Namespace: "model"}, false},
		{compute.Selector{Namespace: "models-a"}, false},
		{compute.Selector{Namespace: "models*"}, true},
		{compute.Selector{Namespace: "m?dels"}, true},
		{compute.Selector{Namespace: "models?"}, false},
		{compute.Selector{Namespace: "*"}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "ch*"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"modelway.dev/*": "fargate"}}, true},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "churn", "tier": "gold"}}, false},
		{compute.Selector{Namespace: "models", Labels: map[string]string{"app": "fargate"}}, false},
		{compute.Selector{Namespace: "kube-system", Labels: map[string]string{"app": "churn"}}, false},
	} {
		profiles := []compute.FargateProfile{profile("other", compute.Selector{Namespace: "nothing"}), profile("p", c.selector)}
		require.Equal(t, c.want, compute.Selects(profiles, addons.Workload{Namespace: "models", Labels: labels}), "%+v", c.selector)
	}
	require.False(t, compute.Selects(nil, addons.Dns()))
}

func TestPodsHaveAPlace(t *testing.T) {
	gpu := addons.Workload{Name: "the model", Namespace: "models", NodesOnly: "it uses a GPU"}
	models := []compute.FargateProfile{profile("models", compute.Selector{Namespace: "models"})}
	nodes := []compute.NodeGroup{group(nil)}
	volumes, _ := addons.PodsOf(addons.EbsCsiDriver)
	for name, c := range map[string]struct {
		profiles []compute.FargateProfile
		groups   []compute.NodeGroup
		pod      addons.Workload
		want     string
	}{
		"on Fargate":                 {models, nil, addons.Workload{Name: "x", Namespace: "models"}, ""},
		"on nodes":                   {nil, nodes, addons.Workload{Name: "x", Namespace: "models"}, ""},
		"nowhere":                    {models, nil, addons.Workload{Name: "x", Namespace: "other"}, "x has nowhere to run: add a Fargate selector for namespace other"},
		"a GPU on nodes":             {nil, nodes, gpu, ""},
		"a GPU on Fargate":           {models, nodes, gpu, `Fargate profile "models" selects the model in namespace models, which must run on a node, because it uses a GPU`},
		"a GPU without nodes":        {nil, nil, gpu, "the model must run on a node, because it uses a GPU: add a node group"},
		"a GPU on tainted nodes":     {nil, []compute.NodeGroup{group(func(g *compute.NodeGroup) { g.InstanceTypes = []string{"g5.xlarge"} })}, gpu, ""},
		"volumes beside a profile":   {[]compute.FargateProfile{system}, nodes, volumes, ""},
		"volumes within a profile":   {[]compute.FargateProfile{profile("all", compute.Selector{Namespace: "kube-*"})}, nodes, volumes, `Fargate profile "all" selects the EBS CSI controller in namespace kube-system`},
		"nodes that come when asked": {nil, []compute.NodeGroup{group(func(g *compute.NodeGroup) { g.MinSize, g.DesiredSize = 0, 0 })}, addons.Dns(), "CoreDNS has nowhere to run"},
	} {
		t.Run(name, func(t *testing.T) {
			err := compute.CheckPods(c.profiles, c.groups, c.pod)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
