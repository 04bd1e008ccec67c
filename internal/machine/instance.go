package machine

import (
	"regexp"
	"strings"
)

// Processor architectures and accelerators that an image and an instance type must agree on.
const (
	X86 = "x86_64"
	Arm = "arm64"

	NoAccelerator = ""
	Nvidia        = "NVIDIA"
	Neuron        = "NEURON"
)

// Hardware is what the name of an EC2 instance type tells.
type Hardware struct {
	// Architecture is X86 or Arm.
	Architecture string
	// Accelerator is Nvidia, Neuron or NoAccelerator.
	Accelerator string
}

// String describes the hardware.
func (h Hardware) String() string {
	switch h.Accelerator {
	case Nvidia:
		return h.Architecture + " with NVIDIA GPUs"
	case Neuron:
		return h.Architecture + " with AWS Neuron"
	}
	return "plain " + h.Architecture
}

// instanceName splits family letters, generation, attributes and size, such as g|5|g|xlarge or c|7|i-flex|2xlarge.
var instanceName = regexp.MustCompile(
	`^([a-z]+)(\d+)([a-z0-9-]*)\.(?:nano|micro|small|medium|large|xlarge|\d+xlarge|metal|metal-\d+xl)$`)

// ParseInstanceType reads the hardware off the name of an instance type; false for what is not such a name. The attribute g means
// Graviton (arm64), as does the family a1; the families g, gr and p carry NVIDIA GPUs unless the attribute a makes it an AMD one;
// inf and trn carry Neuron.
// Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html.
func ParseInstanceType(name string) (Hardware, bool) {
	match := instanceName.FindStringSubmatch(name)
	if match == nil {
		return Hardware{}, false
	}
	family, attributes := match[1], match[3]
	letters, suffix, _ := strings.Cut(attributes, "-")
	parsed := Hardware{Architecture: X86}
	if strings.Contains(letters, "g") || strings.HasPrefix(suffix, "gb") || family == "a" {
		parsed.Architecture = Arm
	}
	switch family {
	case "g", "gr", "p":
		if !strings.Contains(letters, "a") {
			parsed.Accelerator = Nvidia
		}
	case "inf", "trn":
		parsed.Accelerator = Neuron
	}
	return parsed, true
}

// CommonHardware is the hardware that all of the instance types have; false where one of them is unknown, they differ or
// there are none.
func CommonHardware(instanceTypes []string) (Hardware, bool) {
	var common Hardware
	for i, name := range instanceTypes {
		hardware, ok := ParseInstanceType(name)
		if !ok || i > 0 && hardware != common {
			return Hardware{}, false
		}
		common = hardware
	}
	return common, len(instanceTypes) > 0
}
