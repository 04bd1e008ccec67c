package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
)

// checkNodeGroupNames wants valid names, each once.
func checkNodeGroupNames(c Config) []Fault {
	names := make([]string, len(c.Compute.NodeGroups))
	for i, group := range c.Compute.NodeGroups {
		names[i] = group.Name
	}
	return checkNames(c, names, func(i int) path { return groupsPath.At(i, "name") })
}

// checkNodeGroupSizes wants minSize <= desiredSize <= maxSize.
func checkNodeGroupSizes(c Config) []Fault {
	var faults []Fault
	for i, group := range c.Compute.NodeGroups {
		lowest, highest, desired := groupsPath.At(i, "minSize"), groupsPath.At(i, "maxSize"), groupsPath.At(i, "desiredSize")
		switch {
		case group.MinSize > group.MaxSize:
			faults = append(faults, newFault(lowest, group.MinSize, Fault{
				Problem: fmt.Sprintf("more than maxSize, which is %d", group.MaxSize),
				Allowed: fmt.Sprintf("0 to %d", group.MaxSize),
				Fix:     either(setFix(c.Environment, lowest, group.MaxSize), setFix(c.Environment, highest, group.MinSize)),
			}).AlsoReads(highest))
		case group.DesiredSize < group.MinSize || group.DesiredSize > group.MaxSize:
			faults = append(faults, newFault(desired, group.DesiredSize, Fault{
				Problem: "outside minSize and maxSize",
				Allowed: fmt.Sprintf("%d to %d", group.MinSize, group.MaxSize),
				Fix:     setFix(c.Environment, desired, min(max(group.DesiredSize, group.MinSize), group.MaxSize)),
			}).AlsoReads(lowest, highest))
		}
	}
	return faults
}

// checkInstanceTypes wants instance types that exist, or may by now, and that the image boots on.
func checkInstanceTypes(c Config) []Fault {
	var faults []Fault
	for i, group := range c.Compute.NodeGroups {
		ami, known := machine.FindAmiType(group.AmiType)
		for j, name := range group.InstanceTypes {
			at := groupsPath.At(i, "instanceTypes", j)
			instance, _ := machine.ParseInstanceType(name)
			problem, similar := machine.Refusal(name), machine.Similar(name)
			switch {
			case problem != "":
				faults = append(faults, newFault(at, name, Fault{
					Problem: fmt.Sprintf("%s; did you mean %s?", problem, similar),
					Allowed: "the types of https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html",
					Fix:     setFix(c.Environment, at, similar),
				}))
			case known && instance != ami.Hardware():
				faults = append(faults, mismatch(c, i, j, instance, ami))
			}
		}
	}
	return faults
}

// mismatch makes the fault of an instance type that the image does not fit. Where all of the group agree with each other, the
// image is to be changed, else the instance type.
func mismatch(c Config, group, place int, instance machine.Hardware, ami machine.AmiType) Fault {
	types := c.Compute.NodeGroups[group].InstanceTypes
	at, image := groupsPath.At(group, "instanceTypes", place), groupsPath.At(group, "amiType")
	fault := Fault{
		Problem: fmt.Sprintf("it is %s, but amiType %s is for %s", instance, ami.Name, ami.Hardware()),
		Allowed: "instance types that are " + ami.Hardware().String(),
		Fix:     removeFix(c.Environment, at),
	}
	disagrees := func(name string) bool { other, _ := machine.ParseInstanceType(name); return other != instance }
	if fitting := machine.AmiTypeFor(instance); fitting != "" && !slices.ContainsFunc(types, disagrees) {
		fault.Fix = setFix(c.Environment, image, fitting)
	}
	return newFault(at, types[place], fault).AlsoReads(image)
}

// checkNodeLabels wants labels that Kubernetes takes from a node itself.
func checkNodeLabels(c Config) []Fault {
	var faults []Fault
	for i, group := range c.Compute.NodeGroups {
		for _, key := range sortedKeys(group.Labels) {
			at := groupsPath.At(i, "labels", key)
			problem, allowed := checkLabel(key, group.Labels[key])
			if problem == "" && nodeLabelRefused(key) {
				problem, allowed = "nodes may not label themselves with it", "a prefix of your own, or node.kubernetes.io/"
			}
			if problem != "" {
				faults = append(faults, newFault(at, group.Labels[key], Fault{
					Problem: problem, Allowed: allowed, Fix: removeFix(c.Environment, at)}))
			}
		}
	}
	return faults
}

// nodeLabelRefused reports whether the kubelet refuses to start with the label, as its prefix belongs to Kubernetes
// (https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction).
func nodeLabelRefused(key string) bool {
	prefix, _, found := strings.Cut(key, "/")
	if !found || slices.Contains([]string{"node.kubernetes.io", "kubelet.kubernetes.io"}, prefix) ||
		strings.HasSuffix(prefix, ".node.kubernetes.io") || strings.HasSuffix(prefix, ".kubelet.kubernetes.io") {
		return false
	}
	for _, owner := range []string{"kubernetes.io", "k8s.io"} {
		if prefix == owner || strings.HasSuffix(prefix, "."+owner) {
			return true
		}
	}
	return false
}

// taintKeyLength is how many characters the key of a node group's taint has at most
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
const taintKeyLength = 63

// checkTaints wants taints that Kubernetes takes, each key and effect once.
func checkTaints(c Config) []Fault {
	var faults []Fault
	for i, group := range c.Compute.NodeGroups {
		seen := map[string]int{}
		for j, taint := range group.Taints {
			at := groupsPath.At(i, "taints", j)
			if n := len(taint.Key); n > taintKeyLength {
				faults = append(faults, newFault(at, taint, Fault{
					Problem: fmt.Sprintf("the key has %d characters with its prefix, and EKS takes %d in all", n, taintKeyLength),
					Allowed: fmt.Sprintf("keys of 1 to %d characters", taintKeyLength), Fix: editFix(c.Environment, "shorten the taint's key")}))
				continue
			}
			if problem, allowed := checkLabel(taint.Key, taint.Value); problem != "" {
				faults = append(faults, newFault(at, taint, Fault{
					Problem: problem, Allowed: allowed, Fix: editFix(c.Environment, "correct the taint's key or value")}))
				continue
			}
			if earlier, taken := seen[taint.Key+"\x00"+taint.Effect]; taken {
				faults = append(faults, newFault(at, taint, Fault{
					Problem: "the same key and effect as " + groupsPath.At(i, "taints", earlier).Key(),
					Allowed: "each key and effect once", Fix: removeFix(c.Environment, at)}))
				continue
			}
			seen[taint.Key+"\x00"+taint.Effect] = j
		}
	}
	return faults
}
