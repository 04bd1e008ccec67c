package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/rule"
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
var SystemPods = []Pod{CoreDNS, LoadBalancerController, MetricsServer}

func named(name, instance string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance}
}

// Matches reports whether the selector chooses a pod of the namespace with the labels
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func (s Selector) Matches(namespace string, labels map[string]string) bool {
	return machine.Selects(s.Namespace, s.Labels, namespace, labels)
}

// OnFargate reports whether a Fargate profile takes the pods.
func (s Spec) OnFargate(pod Pod) bool { return s.profileOf(pod) >= 0 }

// profileOf is the place of the first profile that takes the pods, or -1.
func (s Spec) profileOf(pod Pod) int {
	return slices.IndexFunc(s.FargateProfiles, func(p FargateProfile) bool {
		return slices.ContainsFunc(p.Selectors, func(s Selector) bool { return s.Matches(pod.Namespace, pod.Labels) })
	})
}

// SystemPods are the cluster's own services that are not on every node.
func (s Spec) SystemPods() []Pod {
	pods := slices.Clone(SystemPods)
	if s.Autoscales() {
		pods = append(pods, ClusterAutoscaler)
	}
	return pods
}

// checkSystemPods reports pods of the cluster's own services that would find no place, or one where they cannot run. They would stay
// pending, and the add-on that brings them would fail after twenty minutes.
func (s Spec) checkSystemPods() []rule.Fault {
	if !s.HasOpenNodes() {
		return s.Homeless(s.SystemPods()...)
	}
	taken := s.profileOf(EbsCsiController)
	if taken < 0 {
		return nil
	}
	at := profilesPath.At(taken, "selectors")
	return []rule.Fault{{
		At: at, Given: s.FargateProfiles[taken].Selectors, Problem: fmt.Sprintf("select %s in %s, which must run on a node, because %s",
			EbsCsiController.Name, EbsCsiController.Namespace, EbsCsiController.NodesOnly),
		Allowed: "selectors with labels that leave it out", Fixes: []rule.Fix{rule.Advise("give the profile's selector labels that leave it out")},
		Reads: []rule.Path{groupsPath},
	}}
}

// Homeless reports pods that no profile takes while there are no open nodes.
func (s Spec) Homeless(pods ...Pod) []rule.Fault {
	var names []string
	for _, pod := range pods {
		if !s.OnFargate(pod) {
			names = append(names, pod.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []rule.Fault{{
		At: profilesPath, Problem: fmt.Sprintf("nowhere to run %s: no profile selects the pods in %s, and no node group starts with a node free of taints",
			strings.Join(names, ", "), system),
		Allowed: "a profile that selects them, or a node group with a desiredSize of 1 or more and no taints",
		Fixes:   []rule.Fix{rule.Advise("add to compute.fargateProfiles: {name: system, selectors: [{namespace: %s}]}", system)},
		Reads:   []rule.Path{groupsPath},
	}}
}

// CheckNames reports profiles of which the name that Pulumi generates does not suit EKS: it has no prefix to shorten, as other names
// have.
func (s Spec) CheckNames(component string) []rule.Fault {
	var faults []rule.Fault
	for i, p := range s.FargateProfiles {
		at, name := profilesPath.At(i, "name"), ProfileName(component, p)
		if n := len(name) + naming.AutonameSuffix - naming.EKS; n > 0 {
			faults = append(faults, rule.Fault{At: at, Given: p.Name,
				Problem: fmt.Sprintf("its generated name would have %d characters, EKS allows %d", n+naming.EKS, naming.EKS),
				Allowed: fmt.Sprintf("at most %d characters", len(p.Name)-n), Fixes: []rule.Fix{rule.Set(at, rule.Slug(p.Name[:max(1, len(p.Name)-n)]))}})
		}
		if strings.HasPrefix(name, reservedPrefix) {
			faults = append(faults, rule.Fault{At: at, Given: p.Name, Problem: "its generated name would begin with eks-, which EKS reserves",
				Allowed: "names of components that do not begin with eks", Fixes: []rule.Fix{rule.Advise("rename the component %q", component)}})
		}
	}
	return faults
}

// ProfileName is the name of a profile of a component.
func ProfileName(component string, p FargateProfile) string { return component + "-" + p.Name }
