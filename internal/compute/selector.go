package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/naming"
	"github.com/modelway/modelway/internal/rule"
)

// Matches reports whether the selector chooses a pod of the namespace with the labels
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func (s Selector) Matches(namespace string, labels map[string]string) bool {
	return machine.Selects(s.Namespace, s.Labels, namespace, labels)
}

// OnFargate reports whether a Fargate profile takes some of the pods.
func (s Spec) OnFargate(pods ...addons.Workload) bool {
	return slices.ContainsFunc(pods, func(w addons.Workload) bool { return w.NodesOnly == "" && s.profileOf(w) >= 0 })
}

// profileOf is the place of the first profile that takes the pods, or -1.
func (s Spec) profileOf(pods addons.Workload) int {
	return slices.IndexFunc(s.FargateProfiles, func(p FargateProfile) bool {
		return slices.ContainsFunc(p.Selectors, func(s Selector) bool { return s.Matches(pods.Namespace, pods.Labels) })
	})
}

// checkSystemPods reports pods of the cluster's own services that would find no place, or one where they cannot run.
func (s Spec) checkSystemPods() []rule.Fault {
	pods := addons.System(addons.Facts{On: map[string]bool{addons.ClusterAutoscaler().Setting: s.ClusterAutoscaler}, Resizable: s.Resizable()})
	if volumes, _ := addons.PodsOf(addons.EbsCsiDriver); s.HasOpenNodes() {
		pods = append(pods, volumes)
	}
	return s.CheckPods(pods...)
}

// CheckPods reports pods that would find no place, or one where they cannot run. They would stay pending, and the add-on that brings
// them would fail after twenty minutes.
func (s Spec) CheckPods(pods ...addons.Workload) []rule.Fault {
	var faults []rule.Fault
	var homeless, namespaces []string
	for _, pod := range pods {
		taken := s.profileOf(pod)
		switch {
		case pod.NodesOnly != "" && taken >= 0:
			faults = append(faults, rule.Fault{
				At: profilesPath.At(taken, "selectors"), Given: s.FargateProfiles[taken].Selectors,
				Problem: fmt.Sprintf("select %s in %s, which must run on a node, because %s", pod.Name, pod.Namespace, pod.NodesOnly),
				Allowed: "selectors with labels that leave it out",
				Fixes:   []rule.Fix{rule.Advise("give the profile's selector labels that leave it out")},
				Reads:   []rule.Path{groupsPath},
			})
		case pod.NodesOnly != "" && len(s.NodeGroups) == 0:
			faults = append(faults, rule.Fault{
				At: groupsPath, Problem: fmt.Sprintf("no node group, and %s must run on a node, because %s", pod.Name, pod.NodesOnly),
				Allowed: "at least one node group", Fixes: []rule.Fix{rule.Advise("add a node group")},
			})
		case pod.NodesOnly == "" && taken < 0 && !s.HasOpenNodes():
			homeless, namespaces = append(homeless, pod.Name), append(namespaces, pod.Namespace)
		}
	}
	if len(homeless) == 0 {
		return faults
	}
	return append(faults, rule.Fault{
		At: profilesPath, Problem: fmt.Sprintf("nowhere to run %s: no profile selects the pods in %s, and no node group starts with a node "+
			"free of taints",
			strings.Join(homeless, ", "), strings.Join(slices.Compact(namespaces), ", ")),
		Allowed: "a profile that selects them, or a node group with a desiredSize of 1 or more and no taints",
		Fixes:   []rule.Fix{rule.Advise("add to compute.fargateProfiles: {name: system, selectors: [{namespace: %s}]}", namespaces[0])},
		Reads:   []rule.Path{groupsPath},
	})
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
				Allowed: fmt.Sprintf("at most %d characters", len(p.Name)-n),
				Fixes:   []rule.Fix{rule.Set(at, rule.Slug(p.Name[:max(1, len(p.Name)-n)]))}})
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
