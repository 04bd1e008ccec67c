package config

import (
	"regexp"
	"strings"
)

// instanceType is what the name of an EC2 instance type tells.
type instanceType struct {
	architecture string
	accelerator  string
}

// String describes the hardware.
func (t instanceType) String() string {
	switch t.accelerator {
	case acceleratorNvidia:
		return t.architecture + " with NVIDIA GPUs"
	case acceleratorNeuron:
		return t.architecture + " with AWS Neuron"
	}
	return "plain " + t.architecture
}

// instanceName splits family letters, generation, attributes and size, such as g|5|g|xlarge or c|7|i-flex|2xlarge.
var instanceName = regexp.MustCompile(
	`^([a-z]+)(\d+)([a-z0-9-]*)\.(?:nano|micro|small|medium|large|xlarge|\d+xlarge|metal|metal-\d+xl)$`)

// parseInstanceType reads architecture and accelerator off the name. The attribute g means Graviton (arm64), as does the
// family a1; the families g, gr and p carry NVIDIA GPUs unless the attribute a makes it an AMD one; inf and trn carry Neuron.
// Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html.
func parseInstanceType(name string) (instanceType, bool) {
	match := instanceName.FindStringSubmatch(name)
	if match == nil {
		return instanceType{}, false
	}
	family, attributes := match[1], match[3]
	letters, suffix, _ := strings.Cut(attributes, "-")
	parsed := instanceType{architecture: archX86}
	if strings.Contains(letters, "g") || strings.HasPrefix(suffix, "gb") || family == "a" {
		parsed.architecture = archArm
	}
	switch family {
	case "g", "gr", "p":
		if !strings.Contains(letters, "a") {
			parsed.accelerator = acceleratorNvidia
		}
	case "inf", "trn":
		parsed.accelerator = acceleratorNeuron
	}
	return parsed, true
}
