package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/pattern"
)

var (
	profilesPath = path{"compute", "fargateProfiles"}
	groupsPath   = path{"compute", "nodeGroups"}
)

// systemPod is a pod that the platform itself needs and that no DaemonSet provides.
type systemPod struct {
	name   string
	labels map[string]string
}

// systemPods carry the labels that the add-ons and the chart put on them; all run in systemNamespace.
var systemPods = []systemPod{
	{name: "CoreDNS", labels: map[string]string{
		"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"}},
	{name: "AWS Load Balancer Controller", labels: map[string]string{
		"app.kubernetes.io/name": "aws-load-balancer-controller", "app.kubernetes.io/instance": "aws-load-balancer-controller"}},
	{name: "metrics-server", labels: map[string]string{
		"app.kubernetes.io/name": "metrics-server", "app.kubernetes.io/instance": "metrics-server"}},
}

// autoscalerPod is the Cluster Autoscaler, where there is one; its labels are those of its chart.
var autoscalerPod = systemPod{name: "Cluster Autoscaler", labels: map[string]string{
	"app.kubernetes.io/name": "aws-cluster-autoscaler", "app.kubernetes.io/instance": "cluster-autoscaler"}}

const systemNamespace = "kube-system"

// checkSomeCompute wants something for pods to run on.
func checkSomeCompute(c Config) []Fault {
	if len(c.Compute.FargateProfiles)+len(c.Compute.NodeGroups) > 0 {
		return nil
	}
	return []Fault{newFault(path{"compute"}, c.Compute, Fault{
		Problem: "no Fargate profile and no node group: no pod could run",
		Allowed: "at least one of either",
		Fix:     remark(removeFix(c.Environment, profilesPath), "the default profiles then hold"),
	})}
}

// checkProfileNames wants names that EKS takes, each once.
func checkProfileNames(c Config) []Fault {
	names := make([]string, len(c.Compute.FargateProfiles))
	at := func(i int) path { return profilesPath.At(i, "name") }
	var faults []Fault
	for i, profile := range c.Compute.FargateProfiles {
		names[i] = profile.Name
		if rest, reservedPrefix := strings.CutPrefix(profile.Name, "eks-"); reservedPrefix {
			faults = append(faults, newFault(at(i), profile.Name, Fault{
				Problem: "starts with eks-, which EKS keeps for itself",
				Allowed: "any other name",
				Fix:     setFix(c.Environment, at(i), slug(rest)),
			}))
		}
	}
	return append(faults, checkNames(c, names, at)...)
}

// checkSelectorNamespaces wants namespaces that there can be.
func checkSelectorNamespaces(c Config) []Fault {
	var faults []Fault
	for i, profile := range c.Compute.FargateProfiles {
		for j, selector := range profile.Selectors {
			if pattern.SelectorNamespace.MatchString(selector.Namespace) {
				continue
			}
			at := profilesPath.At(i, "selectors", j, "namespace")
			faults = append(faults, newFault(at, selector.Namespace, Fault{
				Problem: "not a namespace, nor a pattern of one",
				Allowed: "at most 63 lower case letters, digits, hyphens and the wildcards * and ?",
				Fix:     setFix(c.Environment, at, slug(selector.Namespace)),
			}))
		}
	}
	return faults
}

// checkSelectorLabels wants no more labels than EKS takes.
func checkSelectorLabels(c Config) []Fault {
	var faults []Fault
	for i, profile := range c.Compute.FargateProfiles {
		for j, selector := range profile.Selectors {
			if len(selector.Labels) <= MaxSelectorLabels {
				continue
			}
			at := profilesPath.At(i, "selectors", j, "labels")
			faults = append(faults, newFault(at, selector.Labels, Fault{
				Problem: fmt.Sprintf("too many labels: %d", len(selector.Labels)),
				Allowed: fmt.Sprintf("at most %d (an EKS quota)", MaxSelectorLabels),
				Fix:     editFix(c.Environment, "keep the labels that tell these pods from others"),
			}))
		}
	}
	return faults
}

// checkSystemPods wants a place for what the platform installs into kube-system: nodes without taints, or profiles.
func checkSystemPods(c Config) []Fault {
	if c.Compute.HasOpenNodes() || len(c.Compute.FargateProfiles)+len(c.Compute.NodeGroups) == 0 {
		return nil
	}
	pods := slices.Clone(systemPods)
	if c.Compute.Autoscales() {
		pods = append(pods, autoscalerPod)
	}
	var homeless []string
	for _, pod := range pods {
		if !c.Compute.RunsOnFargate(systemNamespace, pod.labels) {
			homeless = append(homeless, pod.name)
		}
	}
	if len(homeless) == 0 {
		return nil
	}
	return []Fault{newFault(profilesPath, absent{}, Fault{
		Problem: fmt.Sprintf("nowhere to run %s: no profile selects the pods in %s, and no node group starts with a node free of taints",
			strings.Join(homeless, ", "), systemNamespace),
		Allowed: "a profile that selects them, or a node group with a desiredSize of 1 or more and no taints",
		Fix: editFix(c.Environment, fmt.Sprintf("add to compute.fargateProfiles: {name: system, selectors: [{namespace: %s}]}",
			systemNamespace)),
	}).AlsoReads(groupsPath)}
}

// checkModelPods wants a place for models: nodes without taints, or a profile for their namespace.
func checkModelPods(c Config) []Fault {
	if c.Compute.HasOpenNodes() || len(c.Compute.FargateProfiles)+len(c.Compute.NodeGroups) == 0 {
		return nil
	}
	for _, profile := range c.Compute.FargateProfiles {
		for _, selector := range profile.Selectors {
			if machine.Wildcard(selector.Namespace, c.Models.Namespace) {
				return nil
			}
		}
	}
	return []Fault{newFault(profilesPath, absent{}, Fault{
		Problem: fmt.Sprintf("nowhere to run models: no profile selects the namespace %q of modelway:models.namespace, "+
			"and no node group starts with a node free of taints", c.Models.Namespace),
		Allowed: "a profile that selects it, or a node group with a desiredSize of 1 or more and no taints",
		Fix: editFix(c.Environment, fmt.Sprintf("add to compute.fargateProfiles: {name: models, selectors: [{namespace: %q}]}",
			c.Models.Namespace+"*")),
	}).AlsoReads(groupsPath, path{"models", "namespace"})}
}
