package compute

import "strings"

const (
	// NodeLabel is the label of the nodes that the device plugin runs on, and NodeLabelValue its value: the label that NVIDIA's
	// own chart looks for on nodes that nothing else labels
	// (https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/helm/nvidia-device-plugin/values.yaml).
	NodeLabel      = "nvidia.com/gpu.present"
	NodeLabelValue = "true"
	// AcceleratorLabel tells the Cluster Autoscaler that a node has GPUs before the device plugin does. Without it the
	// autoscaler takes a new node for one without, and adds another
	// (https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/cloudprovider/aws/README.md#special-note-on-gpu-instances).
	AcceleratorLabel = "k8s.amazonaws.com/accelerator"
	// accelerator is free to choose: the autoscaler reads it for a metric only.
	accelerator = "nvidia"
)

// nvidiaImages are the families of node images with NVIDIA drivers, by the start of their AMI types, which end in NVIDIA
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html).
var nvidiaImages = []struct {
	prefix string
	// bringsPlugin says that the image has the device plugin in it
	// (https://docs.aws.amazon.com/eks/latest/userguide/ml-eks-k8s-device-plugin.html).
	bringsPlugin bool
}{
	{prefix: "AL2023_"},
	{prefix: "BOTTLEROCKET_", bringsPlugin: true},
}

// NodeLabels are the labels that a node group with the AMI type needs: those of GPU nodes, with the device plugin's where the
// image does not bring it; none for other images.
func NodeLabels(amiType string) map[string]string {
	if !strings.HasSuffix(amiType, "_NVIDIA") {
		return nil
	}
	labels := map[string]string{AcceleratorLabel: accelerator}
	if NeedsPlugin(amiType) {
		labels[NodeLabel] = NodeLabelValue
	}
	return labels
}

// NeedsPlugin says whether an AMI type has NVIDIA drivers and no device plugin. Images for AWS Inferentia and Trainium need a plugin of
// their own, which is not this one.
func NeedsPlugin(amiType string) bool {
	for _, image := range nvidiaImages {
		if strings.HasPrefix(amiType, image.prefix) && strings.HasSuffix(amiType, "_NVIDIA") {
			return !image.bringsPlugin
		}
	}
	return false
}
