package compute

import (
	"cmp"
	"fmt"

	"github.com/modelway/modelway/internal/machine"
	"github.com/modelway/modelway/internal/rule"
)

// volumes are the device names of a node's volumes.
type volumes struct {
	// Data holds images and pods; NodeGroup.DiskSizeGiB is its size.
	Data string
	// System holds the operating system, in the size that the image gives it; empty when that is on data.
	System string
}

// VolumesOf are the volumes of nodes by the family of their image. Bottlerocket keeps its system on a small volume of its own
// (https://github.com/bottlerocket-os/bottlerocket/blob/develop/README.md#default-volumes).
var VolumesOf = map[string]volumes{
	machine.AmazonLinux2023: {Data: "/dev/xvda"},
	machine.Bottlerocket:    {Data: "/dev/xvdb", System: "/dev/xvda"},
}

// checkImage reports instance types that do not exist or come twice, an image that EKS does not have, and one that does not boot on them
// or has no drivers for them.
func (g NodeGroup) checkImage() []rule.Fault {
	types, image := rule.Path{"instanceTypes"}, rule.Path{"amiType"}
	faults := rule.Count(types, g.InstanceTypes, 1, maxInstanceTypes)
	faults = append(faults, rule.Once(types, g.InstanceTypes)...)
	ami := g.Image()
	if g.AmiType != "" {
		faults = append(faults, rule.OneOf(image, g.AmiType, amiTypes()...)...)
	}
	for i, name := range g.InstanceTypes {
		at := types.At(i)
		instance, _ := machine.ParseInstanceType(name)
		problem, similar := machine.Refusal(name), machine.Similar(name)
		switch {
		case problem != "":
			faults = append(faults, rule.Fault{At: at, Given: name, Problem: fmt.Sprintf("%s; did you mean %s?", problem, similar),
				Allowed: "the types of https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html",
				Fixes:   []rule.Fix{rule.Set(at, similar)}})
		case g.AmiType == "":
			faults = append(faults, rule.Fault{At: at, Given: name, Problem: fmt.Sprintf("EKS has no image for %s, which it is", instance),
				Allowed: "instance types that an image of EKS boots on", Fixes: []rule.Fix{rule.Remove(at)}})
		case ami.Name != "" && instance != ami.Hardware():
			faults = append(faults, g.mismatch(at, name, instance, ami))
		}
	}
	if g.InstanceStore && ami.Family == machine.Bottlerocket {
		at := rule.Path{"instanceStore"}
		faults = append(faults, rule.Fault{At: at, Given: true, Problem: fmt.Sprintf("for Amazon Linux 2023 only, but amiType %s is Bottlerocket",
			ami.Name),
			Allowed: "false with images of Bottlerocket", Fixes: []rule.Fix{rule.Remove(at), rule.Set(image, machine.AmiTypeFor(ami.Hardware()))},
			Reads: []rule.Path{image}})
	}
	return faults
}

func amiTypes() []string {
	var all []string
	for _, ami := range machine.AmiTypes {
		all = append(all, ami.Name)
	}
	return all
}

// mismatch is the fault of an instance type that the image does not fit. Where all of the group agree with each other, the image is to be
// changed, else the instance type.
func (g NodeGroup) mismatch(at rule.Path, name string, instance machine.Hardware, ami machine.AmiType) rule.Fault {
	image, fix := rule.Path{"amiType"}, rule.Remove(at)
	fitting := cmp.Or(machine.FamilyAmiType(ami.Family, instance), machine.AmiTypeFor(instance))
	if _, alike := machine.CommonHardware(g.InstanceTypes); alike && fitting != "" {
		fix = rule.Set(image, fitting)
	}
	return rule.Fault{At: at, Given: name, Problem: fmt.Sprintf("it is %s, but amiType %s is for %s", instance, ami.Name, ami.Hardware()),
		Allowed: "instance types that are " + ami.Hardware().String(), Fixes: []rule.Fix{fix}, Reads: []rule.Path{image}}
}
