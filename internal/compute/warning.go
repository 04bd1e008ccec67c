package compute

import "fmt"

// Warnings are what works, but not for long or not well.
func Warnings(groups []NodeGroup) []string {
	var all []string
	for _, g := range groups {
		if g.CapacityType == Spot && len(g.InstanceTypes) == 1 {
			all = append(all, fmt.Sprintf("node group %q takes spot capacity of one instance type only, %s: when AWS has none of it to spare, the "+
				"group gets no nodes. "+
				"Name several types of the same size "+
				"(https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types).",
				g.Name, g.InstanceTypes[0]))
		}
	}
	return all
}
