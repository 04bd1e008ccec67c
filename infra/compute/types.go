package compute

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
	// InstanceTypes are EC2 instance types, at least one. On-demand capacity is taken in this order; spot capacity where
	// there is most.
	InstanceTypes []string
	// CapacityType is OnDemand or Spot. Default OnDemand.
	CapacityType string
	// AmiType is an image of Amazon Linux 2023 or Bottlerocket, as EKS names it. Default DefaultAmiType.
	AmiType string
	// MinSize, MaxSize and DesiredSize are numbers of nodes, 0 <= MinSize <= DesiredSize <= MaxSize and MaxSize >= 1.
	// DesiredSize counts when the group is created; afterwards autoscalers own it.
	MinSize, MaxSize, DesiredSize int
	// DiskSizeGiB is the size of the volume that holds images and pods. Default DefaultDiskSizeGiB, minimum MinDiskSizeGiB.
	DiskSizeGiB int
	// Labels go on every node. Default none.
	Labels map[string]string
	// Taints keep pods away that do not tolerate them. Default none.
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
	// DefaultAmiType is Amazon Linux 2023 for x86-64.
	DefaultAmiType = "AL2023_x86_64_STANDARD"
	// DefaultDiskSizeGiB holds some ten model images.
	DefaultDiskSizeGiB = 50
	// MinDiskSizeGiB is the size of the images that EKS provides.
	MinDiskSizeGiB = 20
)

var (
	capacityTypes = []string{OnDemand, Spot}
	taintEffects  = []string{NoSchedule, PreferNoSchedule, NoExecute}
)

// withDefaults fills what is unset.
func (g NodeGroup) withDefaults() NodeGroup {
	if g.CapacityType == "" {
		g.CapacityType = OnDemand
	}
	if g.AmiType == "" {
		g.AmiType = DefaultAmiType
	}
	if g.DiskSizeGiB == 0 {
		g.DiskSizeGiB = DefaultDiskSizeGiB
	}
	return g
}

// open says whether pods without tolerations can run on the group.
func (g NodeGroup) open() bool {
	for _, taint := range g.Taints {
		if taint.Effect != PreferNoSchedule {
			return false
		}
	}
	return g.MaxSize > 0
}
