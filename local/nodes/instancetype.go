package nodes

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// instanceType is the size of an EC2 instance type and how many pods EKS lets it run with the VPC CNI.
// Sizes: https://aws.amazonaws.com/ec2/instance-types/. Pods: amazon-vpc-cni-k8s, misc/eni-max-pods.txt.
type instanceType struct {
	cpu       int64
	memoryGiB int64
	pods      int64
}

var instanceTypes = map[string]instanceType{
	"t3.small": {2, 2, 11}, "t3.medium": {2, 4, 17}, "t3.large": {2, 8, 35}, "t3.xlarge": {4, 16, 58}, "t3a.medium": {2, 4, 17}, "t3a.large": {2, 8, 35},
	"t4g.medium": {2, 4, 17}, "t4g.large": {2, 8, 35}, "m6i.xlarge": {4, 16, 58}, "m7i.xlarge": {4, 16, 58}, "m7g.xlarge": {4, 16, 58},
	"c6i.xlarge": {4, 8, 58}, "c7i.xlarge": {4, 8, 58}, "r6i.large": {2, 16, 29}, "g4dn.xlarge": {4, 16, 29}, "g5.xlarge": {4, 16, 58}, "g6.xlarge": {4, 16, 58},
}

// fargateNode is roomy, for each stands for all the Fargate nodes of a zone.
var fargateNode = instanceType{cpu: 256, memoryGiB: 2048, pods: 500}

// sizeOf returns the size of an instance type; one that is not in the table is taken for an m-family large.
func sizeOf(name string) instanceType {
	if size, ok := instanceTypes[name]; ok {
		return size
	}
	return instanceType{cpu: 2, memoryGiB: 8, pods: 29}
}

// architecture returns the CPU architecture of an instance type: Graviton families carry a g after their generation.
func architecture(instanceType string) string {
	family, _, _ := strings.Cut(instanceType, ".")
	if index := strings.IndexAny(family, "0123456789"); index > 0 && strings.Contains(family[index:], "g") {
		return "arm64"
	}
	return "amd64"
}

func (t instanceType) capacity() corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(t.cpu, resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(t.memoryGiB<<30, resource.BinarySI),
		corev1.ResourceEphemeralStorage: *resource.NewQuantity(20<<30, resource.BinarySI),
		corev1.ResourcePods:             *resource.NewQuantity(t.pods, resource.DecimalSI),
	}
}

// allocatable leaves out what EKS reserves for the system and the eviction threshold: 255 MiB and 11 MiB per pod,
// 100 MiB, and roughly 70 millicores. https://awslabs.github.io/amazon-eks-ami/nodeadm/
func (t instanceType) allocatable() corev1.ResourceList {
	list := t.capacity()
	list[corev1.ResourceCPU] = *resource.NewMilliQuantity(t.cpu*1000-70, resource.DecimalSI)
	list[corev1.ResourceMemory] = *resource.NewQuantity(t.memoryGiB<<30-(255+100+11*t.pods)<<20, resource.BinarySI)
	return list
}
