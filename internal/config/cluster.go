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
