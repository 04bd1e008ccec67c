package compute_test

import computespec "github.com/modelway/modelway/internal/compute"

func group(change func(*computespec.NodeGroup)) computespec.NodeGroup {
	g := computespec.NodeGroup{Name: "general", InstanceTypes: []string{"m6i.large"}, MinSize: 1, DesiredSize: 2, MaxSize: 3}
	if change != nil {
		change(&g)
	}
	return g
}

func profile(name string, selectors ...computespec.Selector) computespec.FargateProfile {
	return computespec.FargateProfile{Name: name, Selectors: selectors}
}

var system = profile("system",
	computespec.Selector{Namespace: "kube-system", Labels: map[string]string{"k8s-app": "kube-dns"}},
	computespec.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "aws-load-balancer-controller"}},
	computespec.Selector{Namespace: "kube-system", Labels: map[string]string{"app.kubernetes.io/name": "metrics-server"}},
)
