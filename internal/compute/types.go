package compute

import (
	"maps"
	"slices"

	"github.com/modelway/modelway/internal/machine"
)

// Quotas of EKS per cluster (https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html) and limits of its API. The struct tags
// of the fields they bound repeat them.
const (
	// MaxFargateProfiles is the number of Fargate profiles a cluster may have.
	MaxFargateProfiles = 10
	// MaxSelectors is the number of selectors a Fargate profile may have.
	MaxSelectors = 5
	// MaxSelectorLabels is the number of labels a selector may have.
	MaxSelectorLabels = 5
	// MaxNodeGroups is the number of managed node groups a cluster may have.
	MaxNodeGroups = 30

	maxInstanceTypes = 20
	maxNodes         = 450
	maxTaints        = 50
	minDiskSizeGiB   = 20
	maxDiskSizeGiB   = 16384
)

// Spec says what pods run on. At least one Fargate profile or node group is required.
type Spec struct {
	// FargateProfiles are created one after another, in this order, as EKS allows only one to change at a time. At most 10.
	// Default two: "system" for CoreDNS, the load balancer controller, metrics-server and the autoscaler, and "models" for pods of
	// namespaces models* that carry the label modelway.dev/compute=fargate. A list given here replaces both.
	FargateProfiles []FargateProfile `json:"fargateProfiles" jsonschema:"maxItems=10"`

	// NodeGroups are EKS managed node groups. At most 30. Default none.
	NodeGroups []NodeGroup `json:"nodeGroups" jsonschema:"maxItems=30"`

	// ClusterAutoscaler installs the Cluster Autoscaler, which moves the size of every node group between minSize and maxSize.
	// Default true; without a node group whose sizes differ it is left out.
	ClusterAutoscaler bool `json:"clusterAutoscaler"`
}

// FargateProfile says which pods run on Fargate.
type FargateProfile struct {
	// Name of the profile: lower case letters, digits and hyphens, at most 63 characters, not starting with "eks-". Required.
	Name string `json:"name" jsonschema:"required"`

	// Selectors choose pods; one that matches is enough. 1 to 5. Required.
	Selectors []Selector `json:"selectors" jsonschema:"required,minItems=1,maxItems=5"`
}

// Selector chooses pods by namespace and labels.
type Selector struct {
	// Namespace of the pods; * stands for any characters and ? for one. Required.
	Namespace string `json:"namespace" jsonschema:"required,minLength=1"`

	// Labels that a pod must all carry, at most 5, with the same wildcards. Default none, which is every pod of the namespace.
	Labels map[string]string `json:"labels"`
}

// Ways to buy the capacity of a node group (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html).
const (
	// OnDemand buys instances at list price until they are given back.
	OnDemand = "ON_DEMAND"
	// Spot buys spare instances, which AWS may take back with two minutes' notice.
	Spot = "SPOT"
)

// CapacityTypes lists the allowed values of NodeGroup.CapacityType.
var CapacityTypes = []string{OnDemand, Spot}

// Effects of a taint as the EKS API spells them (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
const (
	// NoSchedule keeps new pods away that do not tolerate the taint.
	NoSchedule = "NO_SCHEDULE"
	// PreferNoSchedule keeps them away where there is another place.
	PreferNoSchedule = "PREFER_NO_SCHEDULE"
	// NoExecute also evicts pods that already run.
	NoExecute = "NO_EXECUTE"
)

// TaintEffects lists the allowed values of Taint.Effect.
var TaintEffects = []string{NoSchedule, PreferNoSchedule, NoExecute}

// GpuTaint keeps pods that ask for no GPU off nodes that have one
// (https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html).
var GpuTaint = Taint{Key: "nvidia.com/gpu", Value: "present", Effect: NoSchedule}

// NodeGroup is an EKS managed node group.
type NodeGroup struct {
	// Name of the group: lower case letters, digits and hyphens, at most 63 characters. Required.
	Name string `json:"name" jsonschema:"required"`

	// InstanceTypes are the EC2 instance types of the nodes, such as m6i.large, best first. Required, 1 to 20; several
	// make spot capacity easier to get. All must fit amiType.
	InstanceTypes []string `json:"instanceTypes" jsonschema:"required,minItems=1,maxItems=20,uniqueItems=true"`

	// CapacityType is ON_DEMAND or SPOT. Default ON_DEMAND.
	CapacityType string `json:"capacityType"`

	// AmiType is the operating system image of the nodes. Default the Amazon Linux 2023 image that fits the first instance type;
	// see machine.AmiTypes for the allowed ones.
	AmiType string `json:"amiType"`

	// MinSize is the lowest number of nodes, 0 to 450. Default 1.
	MinSize int `json:"minSize" jsonschema:"minimum=0,maximum=450"`

	// MaxSize is the highest number of nodes, 1 to 450. Default 3, or minSize where that is more.
	MaxSize int `json:"maxSize" jsonschema:"minimum=1,maximum=450"`

	// DesiredSize is the number of nodes to start with, minSize to maxSize. Default minSize.
	DesiredSize int `json:"desiredSize" jsonschema:"minimum=0,maximum=450"`

	// DiskSizeGiB is the size of each node's root volume in GiB, 20 to 16384. Default 50.
	DiskSizeGiB int `json:"diskSizeGiB" jsonschema:"minimum=20,maximum=16384"`

	// FastImagePull pulls and unpacks the layers of an image in parallel and pays for a faster volume, for large images on nodes of 4
	// vCPU and more. Default false.
	FastImagePull bool `json:"fastImagePull"`

	// InstanceStore keeps images and pods on the NVMe disks of the instance, where it has some. Amazon Linux 2023 only. Default false.
	InstanceStore bool `json:"instanceStore"`

	// Labels go on every node, for node selectors. Default none.
	Labels map[string]string `json:"labels"`

	// Taints keep pods away that do not tolerate them, at most 50. Default none; on nodes with NVIDIA GPUs
	// nvidia.com/gpu=present:NO_SCHEDULE, so that only pods that ask for a GPU take their place.
	Taints []Taint `json:"taints" jsonschema:"maxItems=50"`
}

// Taint keeps pods off a node that do not tolerate it.
type Taint struct {
	// Key of the taint, with the syntax of a label key. Required.
	Key string `json:"key" jsonschema:"required"`

	// Value of the taint, with the syntax of a label value. Default empty.
	Value string `json:"value"`

	// Effect is NO_SCHEDULE, PREFER_NO_SCHEDULE or NO_EXECUTE. Required.
	Effect string `json:"effect" jsonschema:"required"`
}

// DefaultNodeGroup returns what holds where the settings of a node group say nothing. Its name and instance types must be given.
// AmiType follows the first instance type, DesiredSize follows MinSize, and MaxSize is raised to a higher MinSize, where they are not
// given.
func DefaultNodeGroup() NodeGroup {
	group := NodeGroup{InstanceTypes: []string{}, MinSize: 1, MaxSize: 3, DesiredSize: 1, Labels: map[string]string{},
		Taints: []Taint{}}.WithDefaults()
	group.AmiType = machine.AmiTypes[0].Name
	return group
}

// WithDefaults fills what is unset, except sizes. Nodes with NVIDIA GPUs get the labels by which the device plugin and the autoscaler
// know them, and GpuTaint where Taints is nil.
func (g NodeGroup) WithDefaults() NodeGroup {
	if g.CapacityType == "" {
		g.CapacityType = OnDemand
	}
	if g.AmiType == "" && len(g.InstanceTypes) > 0 {
		first, _ := machine.ParseInstanceType(g.InstanceTypes[0])
		g.AmiType = machine.AmiTypeFor(first)
	}
	if g.DiskSizeGiB == 0 {
		g.DiskSizeGiB = 50 // holds some ten model images
	}
	if !g.HasGPUs() {
		return g
	}
	if g.Taints == nil {
		g.Taints = []Taint{GpuTaint}
	}
	labels := NodeLabels(g.AmiType)
	maps.Copy(labels, g.Labels)
	g.Labels = labels
	return g
}

// Image is the row of the group's AMI type; the zero value for an unknown one.
func (g NodeGroup) Image() machine.AmiType {
	ami, _ := machine.FindAmiType(g.AmiType)
	return ami
}

// HasGPUs reports whether the image of the nodes is one for NVIDIA GPUs.
func (g NodeGroup) HasGPUs() bool { return g.Image().Accelerator == machine.Nvidia }

// repels reports whether a taint keeps ordinary pods off the nodes of the group.
func (g NodeGroup) repels() bool {
	return slices.ContainsFunc(g.WithDefaults().Taints, func(t Taint) bool { return t.Effect != PreferNoSchedule })
}

// Resizable reports whether there is a node group to resize.
func (s Spec) Resizable() bool {
	return slices.ContainsFunc(s.NodeGroups, func(g NodeGroup) bool { return g.MaxSize > g.MinSize })
}

// HasOpenNodes reports whether some node group starts with a node that any pod may be scheduled on: at least one node and
// no taint that keeps pods away.
func (s Spec) HasOpenNodes() bool {
	return slices.ContainsFunc(s.NodeGroups, func(g NodeGroup) bool { return g.DesiredSize > 0 && !g.repels() })
}

// HasGPUs reports whether a node group has NVIDIA GPUs.
func (s Spec) HasGPUs() bool { return slices.ContainsFunc(s.NodeGroups, NodeGroup.HasGPUs) }

// NeedsPlugin reports whether the image of some node group has NVIDIA drivers and no device plugin.
func (s Spec) NeedsPlugin() bool {
	return slices.ContainsFunc(s.NodeGroups, func(g NodeGroup) bool { return NeedsPlugin(g.AmiType) })
}
