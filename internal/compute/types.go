package compute

import (
	"maps"

	"github.com/modelway/modelway/internal/machine"
)

// FargateProfile says which pods run on Fargate.
type FargateProfile struct {
	// Name of the profile: lower case letters, digits and hyphens. Required.
	Name string
	// Selectors pick the pods; one that matches is enough. One to five.
	Selectors []Selector
}

// Selector picks pods by namespace and labels. In all values * stands for any characters and ? for one.
type Selector struct {
	// Namespace of the pods. Required.
	Namespace string
	// Labels that the pods have, all of them. Default any.
	Labels map[string]string
}

// NodeGroup is an EKS managed node group.
type NodeGroup struct {
	// Name of the group: lower case letters, digits and hyphens. Required.
	Name string
	// InstanceTypes are EC2 instance types of one kind of hardware, 1 to 20. On-demand capacity is taken in this order; spot
	// capacity where there is most, so that several make it easier to get.
	InstanceTypes []string
	// CapacityType is OnDemand or Spot. Default OnDemand.
	CapacityType string
	// AmiType is an image of Amazon Linux 2023 or Bottlerocket, as EKS names it; machine.AmiTypes lists them. Default the
	// Image of Amazon Linux 2023 for the hardware of InstanceTypes: x86-64 or arm64, with the drivers of NVIDIA GPUs or AWS
	// Neuron where they have those.
	AmiType string
	// MinSize, MaxSize and DesiredSize are numbers of nodes, 0 <= MinSize <= DesiredSize <= MaxSize and MaxSize >= 1.
	// DesiredSize counts when the group is created; afterwards autoscalers own it.
	MinSize, MaxSize, DesiredSize int
	// DiskSizeGiB is the size of the volume that holds images and pods. Default DefaultDiskSizeGiB, minimum MinDiskSizeGiB.
	DiskSizeGiB int
	// FastImagePull pulls and unpacks the layers of an image in parallel, and gives the volume the throughput for it, 600
	// MiB/s, which AWS bills. It is for large images on nodes of 4 vCPU and 7 GiB at least; Amazon Linux ignores it on
	// smaller ones (https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/examples/#enabling-fast-image-pull-experimental).
	// Default false.
	FastImagePull bool
	// InstanceStore keeps images, pods and their logs on the NVMe disks of the instance, as one striped volume, instead of
	// the volume of DiskSizeGiB. Types without such disks keep using that volume. Amazon Linux 2023 only
	// (https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/#localstorageoptions). Default false.
	InstanceStore bool
	// Labels go on every node. Default none; nodes with NVIDIA GPUs have nvidia.com/gpu.present=true as well.
	Labels map[string]string
	// Taints keep pods away that do not tolerate them. Default none; on nodes with NVIDIA GPUs GpuTaint.
	Taints []Taint
}

// Taint keeps pods off a node.
type Taint struct {
	// Key and Value have the syntax of a label.
	Key, Value string
	// Effect is NoSchedule, PreferNoSchedule or NoExecute.
	Effect string
}

// Values of NodeGroup.CapacityType.
const (
	OnDemand = "ON_DEMAND"
	Spot     = "SPOT"
)

// Values of Taint.Effect, as the EKS API spells them
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
const (
	NoSchedule       = "NO_SCHEDULE"
	PreferNoSchedule = "PREFER_NO_SCHEDULE"
	NoExecute        = "NO_EXECUTE"
)

// Defaults and limits of a node group.
const (
	// DefaultDiskSizeGiB holds some ten model images.
	DefaultDiskSizeGiB = 50
	// MinDiskSizeGiB is the size of the images that EKS provides.
	MinDiskSizeGiB = 20
)

// GpuTaint keeps pods that ask for no GPU off nodes with NVIDIA GPUs. Those that do ask tolerate it: EKS has the admission
// controller ExtendedResourceToleration on (https://docs.aws.amazon.com/eks/latest/userguide/platform-versions.html).
var GpuTaint = Taint{Key: "nvidia.com/gpu", Value: "present", Effect: NoSchedule}

// gpuLabel says that a node has NVIDIA GPUs; NVIDIA's own software selects nodes by it
// (https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/getting-started.html).
const gpuLabel = "nvidia.com/gpu.present"

var (
	capacityTypes = []string{OnDemand, Spot}
	taintEffects  = []string{NoSchedule, PreferNoSchedule, NoExecute}
)

// WithDefaults fills what is unset.
func (g NodeGroup) WithDefaults() NodeGroup {
	if g.CapacityType == "" {
		g.CapacityType = OnDemand
	}
	if g.AmiType == "" {
		g.AmiType = machine.CommonAmiType(g.InstanceTypes)
	}
	if g.DiskSizeGiB == 0 {
		g.DiskSizeGiB = DefaultDiskSizeGiB
	}
	if g.Image().Accelerator != machine.Nvidia {
		return g
	}
	if len(g.Taints) == 0 {
		g.Taints = []Taint{GpuTaint}
	}
	labels := map[string]string{gpuLabel: "true"}
	maps.Copy(labels, g.Labels)
	g.Labels = labels
	return g
}

// Image is the row of the group's AMI type; the zero value for an unknown one.
func (g NodeGroup) Image() machine.AmiType {
	ami, _ := machine.FindAmiType(g.AmiType)
	return ami
}

// HasOpenNodes says whether one of the groups starts with a node that takes pods without tolerations.
func HasOpenNodes(groups []NodeGroup) bool {
	for _, g := range groups {
		if g.WithDefaults().open() {
			return true
		}
	}
	return false
}

// open says whether the group, with its defaults, starts with a node that takes pods without tolerations.
func (g NodeGroup) open() bool {
	for _, taint := range g.Taints {
		if taint.Effect != PreferNoSchedule {
			return false
		}
	}
	return g.DesiredSize > 0
}
