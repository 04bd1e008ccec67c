package config

// Processor architectures and accelerators that an image and an instance type must agree on.
const (
	archX86 = "x86_64"
	archArm = "arm64"

	acceleratorNone   = ""
	acceleratorNvidia = "NVIDIA"
	acceleratorNeuron = "NEURON"
)

// AmiType is one operating system image that EKS offers for managed node groups.
type AmiType struct {
	// Name is the value of NodeGroup.AmiType.
	Name string
	// Architecture of the instances it boots on: x86_64 or arm64.
	Architecture string
	// Accelerator whose drivers it carries: NVIDIA, NEURON, or empty for none.
	Accelerator string
}

// AmiTypes lists the allowed values of NodeGroup.AmiType: the Amazon Linux 2023 and Bottlerocket images. Amazon Linux 2 ended
// with Kubernetes 1.32; Windows and CUSTOM images cannot carry what the platform installs.
// Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html (amiType).
var AmiTypes = []AmiType{
	{Name: "AL2023_x86_64_STANDARD", Architecture: archX86},
	{Name: "AL2023_ARM_64_STANDARD", Architecture: archArm},
	{Name: "AL2023_x86_64_NVIDIA", Architecture: archX86, Accelerator: acceleratorNvidia},
	{Name: "AL2023_ARM_64_NVIDIA", Architecture: archArm, Accelerator: acceleratorNvidia},
	{Name: "AL2023_x86_64_NEURON", Architecture: archX86, Accelerator: acceleratorNeuron},
	{Name: "BOTTLEROCKET_x86_64", Architecture: archX86},
	{Name: "BOTTLEROCKET_ARM_64", Architecture: archArm},
	{Name: "BOTTLEROCKET_x86_64_FIPS", Architecture: archX86},
	{Name: "BOTTLEROCKET_ARM_64_FIPS", Architecture: archArm},
	{Name: "BOTTLEROCKET_x86_64_NVIDIA", Architecture: archX86, Accelerator: acceleratorNvidia},
	{Name: "BOTTLEROCKET_ARM_64_NVIDIA", Architecture: archArm, Accelerator: acceleratorNvidia},
}

// hardware returns what instance types have to be for the image.
func (a AmiType) hardware() instanceType {
	return instanceType{architecture: a.Architecture, accelerator: a.Accelerator}
}

// findAmiType returns the table row of the name.
func findAmiType(name string) (AmiType, bool) {
	for _, ami := range AmiTypes {
		if ami.Name == name {
			return ami, true
		}
	}
	return AmiType{}, false
}

// amiTypeFor returns the first image of the table that fits the instance type, preferring Amazon Linux 2023.
func amiTypeFor(instance instanceType) string {
	for _, ami := range AmiTypes {
		if ami.hardware() == instance {
			return ami.Name
		}
	}
	return ""
}
