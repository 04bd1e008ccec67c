package config

// Ways to buy the capacity of a node group (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html).
const (
	// CapacityOnDemand buys instances at list price until they are given back.
	CapacityOnDemand = "ON_DEMAND"
	// CapacitySpot buys spare instances, which AWS may take back with two minutes' notice.
	CapacitySpot = "SPOT"
)

// CapacityTypes lists the allowed values of NodeGroup.CapacityType.
var CapacityTypes = []string{CapacityOnDemand, CapacitySpot}

// Effects of a taint as the EKS API spells them (https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html).
const (
	// TaintNoSchedule keeps new pods away that do not tolerate the taint.
	TaintNoSchedule = "NO_SCHEDULE"
	// TaintPreferNoSchedule keeps them away where there is another place.
	TaintPreferNoSchedule = "PREFER_NO_SCHEDULE"
	// TaintNoExecute also evicts pods that already run.
	TaintNoExecute = "NO_EXECUTE"
)

// GpuTaint keeps pods that ask for no GPU off nodes that have one
// (https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html).
var GpuTaint = Taint{Key: "nvidia.com/gpu", Value: "present", Effect: TaintNoSchedule}

// TaintEffects lists the allowed values of Taint.Effect.
var TaintEffects = []string{TaintNoSchedule, TaintPreferNoSchedule, TaintNoExecute}

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

// repels reports whether a taint keeps ordinary pods off the nodes of the group.
func (g NodeGroup) repels() bool {
	for _, taint := range g.Taints {
		if taint.Effect != TaintPreferNoSchedule {
			return true
		}
	}
	return false
}
