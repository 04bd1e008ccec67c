package config

import (
	"github.com/modelway/modelway/internal/cluster"
	"github.com/modelway/modelway/internal/eksversion"
)

// The spec of a control plane, whose rules are in package cluster.
type (
	Cluster     = cluster.Spec
	AccessEntry = cluster.AccessEntry
)

// KubernetesVersion is one Kubernetes version as EKS offers it.
type KubernetesVersion = eksversion.Version

// KubernetesVersions lists the allowed values of Cluster.KubernetesVersion, oldest first.
var KubernetesVersions = eksversion.Versions

// AddonNames lists the EKS add-ons that the platform installs, which Cluster.AddonVersions can pin.
var AddonNames = []string{
	"aws-ebs-csi-driver", "coredns", "eks-node-monitoring-agent", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni",
}
