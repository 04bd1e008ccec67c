package compute

import (
	"errors"
	"fmt"
	"slices"

	"github.com/modelway/modelway/internal/addons"
	"github.com/modelway/modelway/internal/machine"
)

// Selects says whether any of the profiles takes the pods to Fargate
// (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
func Selects(profiles []FargateProfile, pod addons.Workload) bool {
	return slices.ContainsFunc(profiles, func(p FargateProfile) bool { return p.selects(pod) })
}

func (p FargateProfile) selects(pod addons.Workload) bool {
	return slices.ContainsFunc(p.Selectors, func(s Selector) bool {
		return machine.Selects(s.Namespace, s.Labels, pod.Namespace, pod.Labels)
	})
}

// CheckPods reports every pod that would find no place, or one where it cannot run. It would stay pending, and the add-on that
// brings it would fail after twenty minutes.
func CheckPods(profiles []FargateProfile, groups []NodeGroup, pods ...addons.Workload) error {
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
