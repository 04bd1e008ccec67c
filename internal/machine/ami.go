// Package machine knows what pods run on: the images and instance types of nodes, and which pods Fargate takes.
package machine

// Families of node images. Another family boots from other volumes and reads another kind of user data.
const (
	// AmazonLinux2023 is the general purpose image.
	AmazonLinux2023 = "AL2023"
	// Bottlerocket is an image for containers only, whose system volume is read-only.
	Bottlerocket = "BOTTLEROCKET"
)

// AmiType is one operating system image that EKS offers for managed node groups.
type AmiType struct {
	// Name is how the EKS API calls the image, for example AL2023_x86_64_STANDARD.
	Name string
	// Family is AmazonLinux2023 or Bottlerocket.
	Family string
	// Architecture of the instances it boots on: X86 or Arm.
	Architecture string
	// Accelerator whose drivers it carries: Nvidia, Neuron or NoAccelerator.
	Accelerator string
}

// AmiTypes lists the Amazon Linux 2023 and Bottlerocket images; for each kind of hardware the preferred one comes first. Amazon
// Linux 2 ended with Kubernetes 1.32; Windows and CUSTOM images cannot carry what the platform installs.
// Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html (amiType).
var AmiTypes = []AmiType{
	{Name: "AL2023_x86_64_STANDARD", Family: AmazonLinux2023, Architecture: X86},
	{Name: "AL2023_ARM_64_STANDARD", Family: AmazonLinux2023, Architecture: Arm},
	{Name: "AL2023_x86_64_NVIDIA", Family: AmazonLinux2023, Architecture: X86, Accelerator: Nvidia},
	{Name: "AL2023_ARM_64_NVIDIA", Family: AmazonLinux2023, Architecture: Arm, Accelerator: Nvidia},
	{Name: "AL2023_x86_64_NEURON", Family: AmazonLinux2023, Architecture: X86, Accelerator: Neuron},
	{Name: "BOTTLEROCKET_x86_64", Family: Bottlerocket, Architecture: X86},
	{Name: "BOTTLEROCKET_ARM_64", Family: Bottlerocket, Architecture: Arm},
	{Name: "BOTTLEROCKET_x86_64_FIPS", Family: Bottlerocket, Architecture: X86},
	{Name: "BOTTLEROCKET_ARM_64_FIPS", Family: Bottlerocket, Architecture: Arm},
	{Name: "BOTTLEROCKET_x86_64_NVIDIA", Family: Bottlerocket, Architecture: X86, Accelerator: Nvidia},
	{Name: "BOTTLEROCKET_ARM_64_NVIDIA", Family: Bottlerocket, Architecture: Arm, Accelerator: Nvidia},
}

// Hardware is what instance types have to be for the image.
func (a AmiType) Hardware() Hardware {
	return Hardware{Architecture: a.Architecture, Accelerator: a.Accelerator}
}

// FindAmiType is the row of AmiTypes with the name.
func FindAmiType(name string) (AmiType, bool) {
	for _, ami := range AmiTypes {
		if ami.Name == name {
			return ami, true
		}
	}
	return AmiType{}, false
}

// AmiTypeFor is the name of the preferred image for the hardware, or "" where EKS offers none.
func AmiTypeFor(hardware Hardware) string { return FamilyAmiType("", hardware) }

// FamilyAmiType is the name of the family's preferred image for the hardware, or "" where EKS offers none. Family "" is any.
func FamilyAmiType(family string, hardware Hardware) string {
	for _, ami := range AmiTypes {
		if ami.Hardware() == hardware && (family == "" || ami.Family == family) {
			return ami.Name
		}
	}
	return ""
}

// CommonAmiType is the name of the preferred image for all of the instance types, or "" where one of them is unknown, they differ
// in hardware or there are none.
func CommonAmiType(instanceTypes []string) string {
	hardware, ok := CommonHardware(instanceTypes)
	if !ok {
		return ""
	}
	return AmiTypeFor(hardware)
}
