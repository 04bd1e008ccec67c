package compute

import (
	"fmt"
	"strings"

	"github.com/modelway/modelway/internal/machine"
)

// What the kubelet of every node is told, as far as its image does not do so already.
const (
	// imageGCHigh and imageGCLow are the percentages of the disk at which unused images begin to be removed, and to which. At the
	// kubelet's own 85 a disk of 50 GiB has 2.5 GiB left before pods are evicted, less than one image of a large model
	// (https://kubernetes.io/docs/concepts/architecture/garbage-collection/#container-image-lifecycle).
	imageGCHigh, imageGCLow = 75, 65
	// shutdownPeriod is how long a node that is shut down waits for its pods to end, of which the last shutdownCritical are
	// for those that others need. Amazon Linux has the same periods from Kubernetes 1.34 on, Bottlerocket has none
	// (https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#graceful-node-shutdown).
	shutdownPeriod, shutdownCritical = "150s", "30s"
)

// fastPull are the limits of a parallel pull on Bottlerocket. They are those that Amazon Linux sets for its feature FastImagePull
// (https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/containerd/snapshotter/soci-snapshotter.config.toml).
const fastPull = `
[settings.container-runtime]
snapshotter = "soci"

[settings.container-runtime-plugins.soci-snapshotter]
pull-mode = "parallel-pull-unpack"

[settings.container-runtime-plugins.soci-snapshotter.parallel-pull-unpack]
concurrent-download-chunk-size = "16mb"
discard-unpacked-layers = true
max-concurrent-downloads-per-image = 20
max-concurrent-unpacks-per-image = 12
`

// UserData is what nodes of the group read when they start. EKS merges it with its own, which has the cluster, labels, taints
// and the number of pods; so none of these is here
// (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data).
func UserData(g NodeGroup) string {
	if g.Image().Family == machine.Bottlerocket {
		return bottlerocketData(g)
	}
	return amazonLinuxData(g)
}

// boundary separates the parts of Amazon Linux's user data.
const boundary = "MODELWAY"

// amazonLinuxData is a multi-part document with one NodeConfig (https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/).
func amazonLinuxData(g NodeGroup) string {
	var b strings.Builder
	fmt.Fprintf(&b, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=%q\n\n--%s\nContent-Type: application/node.eks.aws\n\n",
		boundary, boundary)
	fmt.Fprintf(&b, `---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      imageGCHighThresholdPercent: %d
      imageGCLowThresholdPercent: %d
      shutdownGracePeriod: %s
      shutdownGracePeriodCriticalPods: %s
`, imageGCHigh, imageGCLow, shutdownPeriod, shutdownCritical)
	if g.InstanceStore {
		b.WriteString("  instance:\n    localStorage:\n      strategy: RAID0\n")
	}
	if g.FastImagePull {
		b.WriteString("  featureGates:\n    FastImagePull: true\n")
	}
	fmt.Fprintf(&b, "\n--%s--\n", boundary)
	return b.String()
}

// bottlerocketData is a part of Bottlerocket's settings (https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/).
func bottlerocketData(g NodeGroup) string {
	data := fmt.Sprintf(`[settings.kubernetes]
image-gc-high-threshold-percent = %d
image-gc-low-threshold-percent = %d
shutdown-grace-period = %q
shutdown-grace-period-for-critical-pods = %q
`, imageGCHigh, imageGCLow, shutdownPeriod, shutdownCritical)
	if g.FastImagePull {
		data += fastPull
	}
	return data
}
