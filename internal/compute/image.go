package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modelway/modelway/internal/machine"
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

// imageFaults reports instance types that do not exist, that differ among each other, or that the image does not boot
// on or has no drivers for.
func (g NodeGroup) imageFaults() []error {
	var faults []error
	known := true
	for i, name := range g.InstanceTypes {
		if problem := machine.Refusal(name); problem != "" {
			faults = append(faults, fmt.Errorf("the instance type is %q (%s): use one such as %s", name, problem, machine.Similar(name)))
			known = false
		}
		if slices.Contains(g.InstanceTypes[:i], name) {
			faults = append(faults, fmt.Errorf("instance type %s is there twice: remove one", name))
		}
	}
	ami, ok := machine.FindAmiType(g.AmiType)
	switch {
	case g.AmiType != "" && !ok:
		return append(faults, fmt.Errorf("the AMI type is %q: use an Amazon Linux 2023 or Bottlerocket image, such as %s", g.AmiType, machine.AmiTypes[0].Name))
	case !known || len(g.InstanceTypes) == 0:
		return faults
	}
	common, alike := machine.CommonHardware(g.InstanceTypes)
	switch {
	case !alike:
		faults = append(faults, fmt.Errorf("its instance types differ (%s): the nodes of a group share one image; make a group for each kind", strings.Join(described(g.InstanceTypes), ", ")))
	case !ok:
		faults = append(faults, fmt.Errorf("EKS has no image for %s, which %s is: use other instance types", common, g.InstanceTypes[0]))
	case common != ami.Hardware():
		faults = append(faults, fmt.Errorf("AMI type %s is for %s, but instance type %s is %s: %s", ami.Name, ami.Hardware(), g.InstanceTypes[0], common, remedy(ami, common)))
	}
	if g.InstanceStore && ami.Family == machine.Bottlerocket {
		faults = append(faults, fmt.Errorf("InstanceStore is for Amazon Linux 2023, but AMI type %s is Bottlerocket: use another image, or the volume", ami.Name))
	}
	return faults
}

// described are instance types with their hardware.
func described(instanceTypes []string) []string {
	var all []string
	for _, name := range instanceTypes {
		hardware, _ := machine.ParseInstanceType(name)
		all = append(all, fmt.Sprintf("%s is %s", name, hardware))
	}
	return all
}

// remedy says which image fits the hardware, of the same family if there is one.
func remedy(ami machine.AmiType, hardware machine.Hardware) string {
	fitting := machine.FamilyAmiType(ami.Family, hardware)
	if fitting == "" {
		fitting = machine.AmiTypeFor(hardware)
	}
	if fitting == "" {
		return "use instance types that are " + ami.Hardware().String()
	}
	return fmt.Sprintf("use %s, or instance types that are %s", fitting, ami.Hardware())
}
