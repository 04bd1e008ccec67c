package compute

import "strings"

// images are the families of node images by the prefix of their AMI types
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html). Amazon Linux 2 ended with Kubernetes
// 1.32, and Windows and custom images need another bootstrap.
var images = []struct {
	prefix string
	volumes
}{
	{"AL2023_", volumes{data: "/dev/xvda"}},
	// Bottlerocket keeps its system on a small volume of its own
	// (https://github.com/bottlerocket-os/bottlerocket/blob/develop/README.md#default-volumes).
	{"BOTTLEROCKET_", volumes{data: "/dev/xvdb", system: "/dev/xvda"}},
}

// volumes are the device names of a node's volumes.
type volumes struct {
	// data holds images and pods; NodeGroup.DiskSizeGiB is its size.
	data string
	// system holds the operating system, in the size that the image gives it; empty when that is on data.
	system string
}

// volumesOf are the volumes of nodes with the AMI type; false for an unknown one.
func volumesOf(amiType string) (volumes, bool) {
	for _, image := range images {
		if strings.HasPrefix(amiType, image.prefix) {
			return image.volumes, true
		}
	}
	return volumes{}, false
}
