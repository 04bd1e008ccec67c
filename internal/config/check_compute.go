package config

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/glob"
)

var (
	profilesPath = path{"compute", "fargateProfiles"}
	groupsPath   = path{"compute", "nodeGroups"}
)

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
	at := func(i int) path { return profilesPath.at(i, "name") }
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
			if aws.SelectorNamespace.MatchString(selector.Namespace) {
				continue
			}
			at := profilesPath.at(i, "selectors", j, "namespace")
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
			at := profilesPath.at(i, "selectors", j, "labels")
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
	var homeless []string
	for _, pods := range addons.System(c.Facts()) {
		if !c.Compute.RunsOnFargate(pods.Namespace, pods.Labels) {
			homeless = append(homeless, pods.Name)
		}
	}
	if len(homeless) == 0 {
		return nil
	}
	return []Fault{newFault(profilesPath, absent{}, Fault{
		Problem: fmt.Sprintf("nowhere to run %s: no profile selects the pods in %s, and no node group starts with a node free of taints",
			strings.Join(homeless, ", "), addons.SystemNamespace),
		Allowed: "a profile that selects them, or a node group with a desiredSize of 1 or more and no taints",
		Fix: editFix(c.Environment, fmt.Sprintf("add to compute.fargateProfiles: {name: system, selectors: [{namespace: %s}]}",
			addons.SystemNamespace)),
	}).alsoReads(groupsPath)}
}

// checkModelPods wants a place for models: nodes without taints, or a profile for their namespace.
func checkModelPods(c Config) []Fault {
	if c.Compute.HasOpenNodes() || len(c.Compute.FargateProfiles)+len(c.Compute.NodeGroups) == 0 {
		return nil
	}
	for _, profile := range c.Compute.FargateProfiles {
		for _, selector := range profile.Selectors {
			if glob.Match(selector.Namespace, c.Models.Namespace) {
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
	}).alsoReads(groupsPath, path{"models", "namespace"})}
}
