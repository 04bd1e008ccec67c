package compute

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/machine"
)

// Pod names pods by what a Fargate profile can see of them.
type Pod struct {
	// Name says what the pods are, for messages.
	Name string
	// Namespace and Labels are those of the pods.
	Namespace string
	Labels    map[string]string
	// NodesOnly says why the pods cannot run on Fargate, for example that they use a GPU. Default they can.
	NodesOnly string
}

const system = "kube-system"

// The cluster's own pods, with the labels that their add-ons and charts give them.
var (
	// CoreDNS are the pods of the EKS add-on coredns.
	CoreDNS = Pod{Name: "CoreDNS", Namespace: system, Labels: map[string]string{
		"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns",
	}}
	// MetricsServer are the pods of the EKS add-on metrics-server.
	MetricsServer = Pod{Name: "metrics-server", Namespace: system, Labels: named("metrics-server", "metrics-server")}
	// LoadBalancerController are the pods of the AWS Load Balancer Controller.
	LoadBalancerController = Pod{Name: "AWS Load Balancer Controller", Namespace: system,
		Labels: named("aws-load-balancer-controller", "aws-load-balancer-controller")}
	// ClusterAutoscaler are the pods of the Cluster Autoscaler.
	ClusterAutoscaler = Pod{Name: "Cluster Autoscaler", Namespace: system, Labels: named("aws-cluster-autoscaler", "cluster-autoscaler")}
	// EbsCsiController are the pods of the EKS add-on aws-ebs-csi-driver that make volumes
	// (https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/templates/controller.yaml).
	EbsCsiController = Pod{Name: "the EBS CSI controller", Namespace: system, Labels: map[string]string{
		"app": "ebs-csi-controller", "app.kubernetes.io/name": "aws-ebs-csi-driver", "app.kubernetes.io/instance": "aws-ebs-csi-driver",
		"app.kubernetes.io/component": "csi-driver",
	}, NodesOnly: "its credentials come from an agent on the node"}
)

// SystemPods are the pods without which a cluster serves nothing: names resolve, models scale, load balancers exist. All
// may run on Fargate.
var SystemPods = []Pod{CoreDNS, MetricsServer, LoadBalancerController}

func named(name, instance string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance}
}

// Selects says whether any of the profiles takes the pods to Fargate
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func Selects(profiles []FargateProfile, pod Pod) bool {
	return slices.ContainsFunc(profiles, func(p FargateProfile) bool { return p.selects(pod) })
}

func (p FargateProfile) selects(pod Pod) bool {
	return slices.ContainsFunc(p.Selectors, func(s Selector) bool {
		return machine.Selects(s.Namespace, s.Labels, pod.Namespace, pod.Labels)
	})
}

// CheckPods reports every pod that would find no place, or one where it cannot run. It would stay pending, and the add-on that
// brings it would fail after twenty minutes.
func CheckPods(profiles []FargateProfile, groups []NodeGroup, pods ...Pod) error {
	var faults []error
	open := HasOpenNodes(groups)
	for _, pod := range pods {
		taken := slices.IndexFunc(profiles, func(p FargateProfile) bool { return p.selects(pod) })
		switch {
		case pod.NodesOnly != "" && taken >= 0:
			faults = append(faults, fmt.Errorf("Fargate profile %q selects %s in namespace %s, which must run on a node, because %s: give the profile's selector labels that leave it out",
				profiles[taken].Name, pod.Name, pod.Namespace, pod.NodesOnly))
		case pod.NodesOnly != "" && len(groups) == 0:
			faults = append(faults, fmt.Errorf("%s must run on a node, because %s: add a node group", pod.Name, pod.NodesOnly))
		case pod.NodesOnly == "" && taken < 0 && !open:
			faults = append(faults, fmt.Errorf("%s has nowhere to run: add a Fargate selector for namespace %s with labels %v, or a node group without taints that starts with a node",
				pod.Name, pod.Namespace, pod.Labels))
		}
	}
	return errors.Join(faults...)
}
