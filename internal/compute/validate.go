package compute

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/rule"
)

// Check reports everything that EKS or Kubernetes would refuse, nodes that their image does not fit, and mixes on which the cluster's own
// services would find no place. It reads a complete spec, in which every node group has its defaults.
func (s Spec) Check() []rule.Fault {
	if len(s.FargateProfiles)+len(s.NodeGroups) == 0 {
		return []rule.Fault{{
			Given: s, Problem: "no Fargate profile and no node group: no pod could run", Allowed: "at least one of either",
			Fixes: []rule.Fix{rule.Remove(profilesPath).Remarked("the default profiles then hold")},
		}}
	}
	var faults []rule.Fault
	faults = append(faults, rule.Count(profilesPath, s.FargateProfiles, 0, MaxFargateProfiles)...)
	faults = append(faults, rule.Count(groupsPath, s.NodeGroups, 0, MaxNodeGroups)...)
	var profiles, groups []string
	for i, profile := range s.FargateProfiles {
		profiles = append(profiles, profile.Name)
		faults = append(faults, rule.Below(profilesPath.At(i), profile.check())...)
	}
	for i, group := range s.NodeGroups {
		groups = append(groups, group.Name)
		faults = append(faults, rule.Below(groupsPath.At(i), group.check())...)
	}
	faults = append(faults, rule.Names(profiles, func(i int) rule.Path { return profilesPath.At(i, "name") })...)
	faults = append(faults, rule.Names(groups, func(i int) rule.Path { return groupsPath.At(i, "name") })...)
	return append(faults, s.checkSystemPods()...)
}

var profilesPath, groupsPath = rule.Path{"fargateProfiles"}, rule.Path{"nodeGroups"}

func (p FargateProfile) check() []rule.Fault {
	faults := rule.Count(rule.Path{"selectors"}, p.Selectors, 1, MaxSelectors)
	if rest, reserved := strings.CutPrefix(p.Name, reservedPrefix); reserved {
		at := rule.Path{"name"}
		faults = append(faults, rule.Fault{At: at, Given: p.Name, Problem: "starts with eks-, which EKS keeps for itself",
			Allowed: "any other name",
			Fixes:   []rule.Fix{rule.Set(at, rule.Slug(rest))}})
	}
	for i, selector := range p.Selectors {
		at := rule.Path{"selectors", i}
		if namespace := at.At("namespace"); !aws.SelectorNamespace.MatchString(selector.Namespace) {
			faults = append(faults, rule.Fault{At: namespace, Given: selector.Namespace, Problem: "not a namespace, nor a pattern of one",
				Allowed: "at most 63 lower case letters, digits, hyphens and the wildcards * and ?",
				Fixes:   []rule.Fix{rule.Set(namespace, rule.Slug(selector.Namespace))}})
		}
		if len(selector.Labels) > MaxSelectorLabels {
			faults = append(faults, rule.Fault{At: at.At("labels"), Given: selector.Labels, Problem: fmt.Sprintf("too many labels: %d",
				len(selector.Labels)),
				Allowed: fmt.Sprintf("at most %d (an EKS quota)", MaxSelectorLabels),
				Fixes:   []rule.Fix{rule.Advise("keep the labels that tell these pods from others")}})
		}
		if _, unnamed := selector.Labels[""]; unnamed {
			faults = append(faults, rule.Fault{At: at.At("labels"), Given: selector.Labels, Problem: "a label without a key",
				Allowed: "labels with a key",
				Fixes:   []rule.Fix{rule.Remove(at.At("labels", ""))}})
		}
	}
	return faults
}

// reservedPrefix begins the names of profiles that EKS makes.
const reservedPrefix = "eks-"

func (g NodeGroup) check() []rule.Fault {
	return slices.Concat(
		rule.OneOf(rule.Path{"capacityType"}, g.CapacityType, CapacityTypes...),
		rule.Between(rule.Path{"diskSizeGiB"}, g.DiskSizeGiB, minDiskSizeGiB, maxDiskSizeGiB),
		g.checkSizes(), g.checkImage(), g.checkLabels(), g.checkTaints(),
	)
}

// checkSizes reports sizes that do not rise from minSize over desiredSize to maxSize.
func (g NodeGroup) checkSizes() []rule.Fault {
	lowest, highest, desired := rule.Path{"minSize"}, rule.Path{"maxSize"}, rule.Path{"desiredSize"}
	faults := slices.Concat(rule.Between(lowest, g.MinSize, 0, maxNodes), rule.Between(highest, g.MaxSize, 1, maxNodes))
	switch {
	case len(faults) > 0:
	case g.MinSize > g.MaxSize:
		faults = append(faults, rule.Fault{At: lowest, Given: g.MinSize, Problem: fmt.Sprintf("more than maxSize, which is %d", g.MaxSize),
			Allowed: fmt.Sprintf("0 to %d", g.MaxSize), Fixes: []rule.Fix{rule.Set(lowest, g.MaxSize), rule.Set(highest, g.MinSize)},
			Reads: []rule.Path{highest}})
	case g.DesiredSize < g.MinSize || g.DesiredSize > g.MaxSize:
		faults = append(faults, rule.Fault{At: desired, Given: g.DesiredSize, Problem: "outside minSize and maxSize",
			Allowed: fmt.Sprintf("%d to %d", g.MinSize, g.MaxSize),
			Fixes:   []rule.Fix{rule.Set(desired, min(max(g.DesiredSize, g.MinSize), g.MaxSize))}, Reads: []rule.Path{lowest, highest}})
	}
	return faults
}

// checkLabels reports labels that Kubernetes does not take from a node itself.
func (g NodeGroup) checkLabels() []rule.Fault {
	var faults []rule.Fault
	for _, key := range slices.Sorted(maps.Keys(g.Labels)) {
		problem, allowed := checkLabel(key, g.Labels[key])
		if problem == "" && nodeLabelRefused(key) {
			problem, allowed = "nodes may not label themselves with it", "a prefix of your own, or node.kubernetes.io/"
		}
		if at := (rule.Path{"labels", key}); problem != "" {
			faults = append(faults, rule.Fault{At: at, Given: g.Labels[key], Problem: problem, Allowed: allowed, Fixes: []rule.Fix{rule.Remove(at)}})
		}
	}
	return faults
}

// taintKeyLength is how many characters the key of a node group's taint has at most
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
const taintKeyLength = 63

// checkTaints reports taints that Kubernetes does not take, and keys that come twice with an effect.
func (g NodeGroup) checkTaints() []rule.Fault {
	faults := rule.Count(rule.Path{"taints"}, g.Taints, 0, maxTaints)
	seen := map[Taint]int{}
	for i, taint := range g.Taints {
		at, what := rule.Path{"taints", i}, Taint{Key: taint.Key, Effect: taint.Effect}
		faults = append(faults, rule.OneOf(at.At("effect"), taint.Effect, TaintEffects...)...)
		if n := len(taint.Key); n > taintKeyLength {
			faults = append(faults, rule.Fault{At: at, Given: taint,
				Problem: fmt.Sprintf("the key has %d characters with its prefix, and EKS takes %d in all", n, taintKeyLength),
				Allowed: fmt.Sprintf("keys of 1 to %d characters", taintKeyLength), Fixes: []rule.Fix{rule.Advise("shorten the taint's key")}})
		} else if problem, allowed := checkLabel(taint.Key, taint.Value); problem != "" {
			faults = append(faults, rule.Fault{At: at, Given: taint, Problem: problem, Allowed: allowed,
				Fixes: []rule.Fix{rule.Advise("correct the taint's key or value")}})
		} else if earlier, taken := seen[what]; taken {
			faults = append(faults, rule.Fault{At: at, Given: taint, Problem: "the same key and effect as", Other: rule.Path{"taints", earlier},
				Allowed: "each key and effect once", Fixes: []rule.Fix{rule.Remove(at)}})
		} else {
			seen[what] = i
		}
	}
	return faults
}
